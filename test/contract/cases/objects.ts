/** Reading and writing objects: create, server-side apply, dry run, and what is not there. */
import { beforeAll, describe, expect, it } from "vitest";
import { type KubernetesObject, refOf } from "../../../src/domain/kubernetes/object.ts";
import { type Ground, refusal } from "./ground.ts";
import { account, GROUP, NEW, widget } from "./manifests.ts";

export function objectCases(ground: Ground): void {
  describe("objects", () => {
    let namespace = "";
    const versionOf = (object: KubernetesObject | undefined) => object?.metadata.resourceVersion;

    beforeAll(async () => {
      namespace = await ground.namespace();
    });

    it("says its version as Kubernetes does", async () => {
      expect(await ground.cluster.version()).toMatch(/^v\d+\.\d+\.\d+/);
    });

    it("apply creates what is not there, and get gives back the same object", async () => {
      const sent = widget(namespace, "new", { size: 1, colour: "red" }, { labels: { a: "1" } });
      const stored = await ground.applied(sent);
      expect(stored).toMatchObject(sent);
      expect(stored.metadata).toMatchObject({
        uid: expect.stringMatching(/./),
        resourceVersion: expect.stringMatching(/./),
        creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        generation: 1,
      });
      const { managedFields: _, ...metadata } = stored.metadata;
      expect(await ground.cluster.get(refOf(sent))).toMatchObject({ ...stored, metadata });
    });

    it("apply changes what is there: a new resourceVersion, the same uid, and a new generation for a new spec", async () => {
      const first = await ground.applied(widget(namespace, "changed", { size: 1 }));
      const second = await ground.applied(widget(namespace, "changed", { size: 2 }));
      expect(second.spec).toEqual({ size: 2 });
      expect(second.metadata.uid).toBe(first.metadata.uid);
      expect(versionOf(second)).not.toBe(versionOf(first));
      expect(second.metadata.generation).toBe(2);
      const third = await ground.applied(widget(namespace, "changed", { size: 2 }, { labels: { a: "1" } }));
      expect(versionOf(third)).not.toBe(versionOf(second));
      expect(third.metadata.generation).toBe(2);
    });

    it("apply of the same again changes nothing", async () => {
      const sent = widget(namespace, "same", { size: 1, parts: [{ name: "x" }] }, { labels: { a: "1" } });
      const first = await ground.applied(sent);
      expect(versionOf(await ground.applied(sent))).toBe(versionOf(first));
    });

    it("apply removes a field that it set before and now leaves out, and replaces lists as a whole", async () => {
      const [before, after] = [
        { size: 1, colour: "red", parts: [{ name: "x" }, { name: "y" }], labels: { a: "1", b: "2" } },
        { size: 1, parts: [{ name: "z" }], labels: { b: "2" } },
      ];
      await ground.applied(widget(namespace, "less", before, { labels: { a: "1", b: "2" } }));
      const stored = await ground.applied(widget(namespace, "less", after, { labels: { b: "2" } }));
      expect(stored.spec).toEqual(after);
      expect(stored.metadata.labels).toEqual({ b: "2" });
    });

    it("apply leaves alone what create has set", async () => {
      const sent = widget(namespace, "kept", { size: 1, colour: "red" });
      expect((await ground.cluster.create(sent)).accepted).toBe(true);
      const stored = await ground.applied(widget(namespace, "kept", { size: 2 }));
      expect(stored.spec).toEqual({ size: 2, colour: "red" });
    });

    it("create of a name that is taken is refused, and changes nothing", async () => {
      await ground.applied(widget(namespace, "taken", { size: 1 }));
      const again = await refusal(ground.cluster.create(widget(namespace, "taken", { size: 2 })));
      expect(again).toMatchObject({ status: 409, reason: "AlreadyExists", message: expect.stringContaining("taken") });
      const stored = await ground.cluster.get(refOf(widget(namespace, "taken", {})));
      expect(stored?.spec).toEqual({ size: 1 });
    });

    it("a dry run answers as the write would, and stores nothing", async () => {
      const sent = widget(namespace, "dry", { size: 1 });
      for (const answer of [
        await ground.cluster.create(sent, { dryRun: true }),
        await ground.cluster.apply(sent, { dryRun: true }),
      ])
        expect(answer).toMatchObject({ accepted: true, stored: { spec: { size: 1 } } });
      expect(await ground.cluster.get(refOf(sent))).toBeUndefined();
      const faulty = await refusal(ground.cluster.create(widget(namespace, "dry", {}), { dryRun: true }));
      expect(faulty.status).toBe(422);
      const stored = await ground.applied(sent);
      const wouldBe = await ground.applied(widget(namespace, "dry", { size: 2 }), { dryRun: true });
      expect(wouldBe.spec).toEqual({ size: 2 });
      expect(versionOf(await ground.cluster.get(refOf(sent)))).toBe(versionOf(stored));
    });

    it("what belongs into a namespace that is not there is refused", async () => {
      for (const object of [widget("no-such-namespace", "lost", { size: 1 }), account("no-such-namespace", "lost")])
        for (const write of ["create", "apply"] as const)
          expect(await refusal(ground.cluster[write](object))).toMatchObject({
            status: 404,
            reason: "NotFound",
            message: expect.stringContaining("no-such-namespace"),
          });
    });

    it("a kind, a version and a group that are not served cannot be written, and have no objects", async () => {
      for (const [apiVersion, kind] of [
        [NEW, "Gadget"],
        [`${GROUP}/v9`, "Widget"],
        ["no-such-group.example/v1", "Widget"],
      ] as const) {
        const object = { ...widget(namespace, "none", { size: 1 }), apiVersion, kind };
        expect((await refusal(ground.cluster.create(object))).status).toBe(404);
        expect((await refusal(ground.cluster.apply(object))).status).toBe(404);
        expect(await ground.cluster.get(refOf(object))).toBeUndefined();
        await ground.cluster.delete(refOf(object));
      }
      expect(await ground.cluster.list({ apiVersion: "no-such-group.example/v1", kind: "Widget" })).toEqual([]);
    });

    it("lists by namespace and labels", async () => {
      const other = await ground.namespace();
      await ground.applied(widget(namespace, "red-1", { size: 1 }, { labels: { list: "yes", n: "1" } }));
      await ground.applied(widget(namespace, "red-2", { size: 1 }, { labels: { list: "yes", n: "2" } }));
      await ground.applied(widget(other, "red-1", { size: 1 }, { labels: { list: "yes", n: "1" } }));
      const listed = async (query: { namespace?: string; labels: Record<string, string> }) =>
        (await ground.cluster.list({ apiVersion: NEW, kind: "Widget", ...query }))
          .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
          .toSorted();
      const here = [`${namespace}/red-1`, `${namespace}/red-2`];
      expect(await listed({ namespace, labels: { list: "yes" } })).toEqual(here);
      expect(await listed({ namespace, labels: { list: "yes", n: "2" } })).toEqual([`${namespace}/red-2`]);
      expect(await listed({ labels: { list: "yes" } })).toEqual([...here, `${other}/red-1`].toSorted());
      expect(await listed({ namespace, labels: { list: "no" } })).toEqual([]);
      const [whole] = await ground.cluster.list({ apiVersion: NEW, kind: "Widget", namespace, labels: { n: "1" } });
      expect(whole).toMatchObject({ apiVersion: NEW, kind: "Widget", spec: { size: 1 } });
    });

    it("deletes, and does not mind that nothing is there to delete", async () => {
      const ref = refOf(await ground.applied(widget(namespace, "short-lived", { size: 1 })));
      await ground.cluster.delete(ref);
      await ground.eventually(() => ground.cluster.get(ref)).toBeUndefined();
      await ground.cluster.delete(ref);
    });

    it("keeps the events that a controller writes, by namespace", async () => {
      const about = { apiVersion: NEW, kind: "Widget", namespace, name: "new" };
      const event = {
        apiVersion: "v1",
        kind: "Event",
        metadata: { name: "new.1", namespace },
        involvedObject: about,
        type: "Warning",
        reason: "TooSmall",
        message: "it is too small",
        source: { component: "contract" },
      };
      expect((await ground.cluster.create(event)).accepted).toBe(true);
      const events = await ground.cluster.list({ apiVersion: "v1", kind: "Event", namespace });
      expect(events).toContainEqual(
        expect.objectContaining({
          involvedObject: expect.objectContaining(about),
          type: "Warning",
          reason: "TooSmall",
          message: "it is too small",
        }),
      );
    });
  });
}
