/** A kind served in two versions that comes, changes and is discovered while the cluster runs. */
import { beforeAll, describe, expect, it } from "vitest";
import { refOf } from "../../../src/domain/kubernetes/object.ts";
import type { WatchEvent } from "../../../src/ports.ts";
import { type Ground, refusal } from "./ground.ts";
import { GROUP, NEW, OLD, widget, widgets } from "./manifests.ts";

const resource = { name: "widgets", kind: "Widget", namespaced: true };

/** Defines the kind that most cases are about, and waits until it can be used. */
export async function defineWidgets(ground: Ground): Promise<void> {
  await ground.applied(widgets());
  await ground
    .eventually(() => ground.cluster.discover(GROUP))
    .toEqual([
      { version: "v1alpha2", resources: [resource] },
      { version: "v1alpha1", resources: [resource] },
    ]);
}

export function versionCases(ground: Ground): void {
  describe("a kind in two versions", () => {
    let namespace = "";

    beforeAll(async () => {
      namespace = await ground.namespace();
    });

    it("its definition is established", async () => {
      const stored = await ground.cluster.get(refOf(widgets()));
      for (const type of ["Established", "NamesAccepted"])
        expect(stored?.status).toMatchObject({
          conditions: expect.arrayContaining([expect.objectContaining({ type, status: "True" })]),
        });
      const definitions = await ground.cluster.list({
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
      });
      expect(definitions.map(({ metadata }) => metadata.name)).toContain(`widgets.${GROUP}`);
    });

    it("a group that is not served has no versions", async () => {
      expect(await ground.cluster.discover("no-such-group.example")).toEqual([]);
    });

    it.each([
      [OLD, NEW],
      [NEW, OLD],
    ])("what is written in %s is read, listed and written on in %s", async (written, read) => {
      const name = `turns-${written.slice(-1)}`;
      const sent = widget(namespace, name, { size: 1, colour: "red" }, { apiVersion: written });
      expect((await ground.cluster.create(sent)).accepted).toBe(true);
      const ref = { ...refOf(sent), apiVersion: read };
      expect(await ground.cluster.get(ref)).toMatchObject({
        apiVersion: read,
        kind: "Widget",
        spec: { size: 1, colour: "red" },
      });
      const listed = await ground.cluster.list({ apiVersion: read, kind: "Widget", namespace });
      expect(listed.find(({ metadata }) => metadata.name === name)).toMatchObject({
        apiVersion: read,
        spec: { size: 1, colour: "red" },
      });
      const changed = await ground.applied(widget(namespace, name, { size: 2 }, { apiVersion: read }));
      expect(changed).toMatchObject({ apiVersion: read, spec: { size: 2 } });
      expect((await ground.cluster.get(refOf(sent)))?.spec).toMatchObject({ size: 2 });
    });

    it("both versions are watched, each in its own words", async () => {
      const stop = new AbortController();
      const lost: Error[] = [];
      const seen: Record<string, WatchEvent[]> = { [OLD]: [], [NEW]: [] };
      for (const apiVersion of [OLD, NEW])
        await ground.cluster.watch(
          { apiVersion, kind: "Widget", namespace, labels: { watched: "twice" } },
          (event) => seen[apiVersion]?.push(event),
          stop.signal,
          (error) => lost.push(error),
        );
      await ground.applied(widget(namespace, "both", { size: 1 }, { apiVersion: OLD, labels: { watched: "twice" } }));
      for (const apiVersion of [OLD, NEW])
        await ground
          .eventually(() =>
            seen[apiVersion]?.map(({ type, object }) => `${type} ${object.apiVersion} ${object.metadata.name}`),
          )
          .toEqual([`ADDED ${apiVersion} both`]);
      stop.abort();
      expect(lost).toEqual([]);
    });

    it("an object keeps a field of the newer version that the older one does not show", async () => {
      const ref = refOf(await ground.applied(widget(namespace, "shaded", { size: 1, shade: "dark" })));
      expect((await ground.cluster.get({ ...ref, apiVersion: OLD }))?.spec).toEqual({ size: 1 });
      expect((await ground.cluster.get(ref))?.spec).toEqual({ size: 1, shade: "dark" });
    });

    it("a version that is no longer served is gone, and its objects are not", async () => {
      const sent = widget(namespace, "outlives", { size: 1 }, { apiVersion: OLD });
      await ground.applied(sent);
      await ground.applied(widgets({ old: false }));
      try {
        await ground
          .eventually(async () => (await ground.cluster.discover(GROUP)).map(({ version }) => version))
          .toEqual(["v1alpha2"]);
        await ground.eventually(async () => (await refusal(ground.cluster.apply(sent))).status).toBe(404);
        expect(await ground.cluster.get({ ...refOf(sent), apiVersion: NEW })).toMatchObject({ spec: { size: 1 } });
      } finally {
        await defineWidgets(ground);
      }
      await ground.eventually(() => ground.cluster.get(refOf(sent))).toMatchObject({ apiVersion: OLD });
    });

    it("a definition that is deleted takes its objects along", async () => {
      const group = `short-lived.${GROUP}`;
      const { spec, ...definition } = widgets();
      const named = { ...definition, metadata: { name: `widgets.${group}` }, spec: { ...(spec as object), group } };
      await ground.applied(named);
      await ground.eventually(async () => (await ground.cluster.discover(group)).length).toBe(2);
      const object = widget(namespace, "orphan", { size: 1 }, { apiVersion: `${group}/v1alpha2` });
      await ground.eventually(async () => (await ground.cluster.apply(object)).accepted).toBe(true);
      await ground.cluster.delete(refOf(named));
      await ground.eventually(() => ground.cluster.discover(group)).toEqual([]);
      await ground.eventually(() => ground.cluster.get(refOf(object))).toBeUndefined();
    });
  });
}
