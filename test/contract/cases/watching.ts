/** Watches: what is there first, then each change in its order, and nothing once it is over. */
import { beforeAll, describe, expect, it } from "vitest";
import { refOf } from "../../../src/domain/kubernetes/object.ts";
import { InfrastructureError } from "../../../src/errors.ts";
import type { ObjectQuery, WatchEvent } from "../../../src/ports.ts";
import type { Ground } from "./ground.ts";
import { NEW, widget } from "./manifests.ts";

export function watchCases(ground: Ground): void {
  describe("watches", () => {
    let namespace = "";

    beforeAll(async () => {
      namespace = await ground.namespace();
    });

    async function watching(labels: ObjectQuery["labels"]) {
      const stop = new AbortController();
      const events: WatchEvent[] = [];
      const lost: Error[] = [];
      await ground.cluster.watch(
        { apiVersion: NEW, kind: "Widget", namespace, ...(labels && { labels }) },
        (event) => events.push(event),
        stop.signal,
        (error) => lost.push(error),
      );
      const lines = () =>
        events.map(({ type, object }) => `${type} ${object.metadata.name} ${JSON.stringify(object.spec)}`);
      return { events, lost, lines, stop: () => stop.abort() };
    }

    it("tells of what is there before it resolves, then of each change in order", async () => {
      const labels = { watch: "order" };
      await ground.applied(widget(namespace, "first", { size: 1 }, { labels }));
      const seen = await watching(labels);
      expect(seen.lines()).toEqual(['ADDED first {"size":1}']);
      const second = await ground.applied(widget(namespace, "second", { size: 2 }, { labels }));
      await ground.applied(widget(namespace, "first", { size: 3 }, { labels }));
      // Not a change, so nothing to tell of.
      await ground.applied(widget(namespace, "first", { size: 3 }, { labels }));
      await ground.cluster.delete(refOf(second));
      await ground
        .eventually(seen.lines)
        .toEqual([
          'ADDED first {"size":1}',
          'ADDED second {"size":2}',
          'MODIFIED first {"size":3}',
          'DELETED second {"size":2}',
        ]);
      expect(seen.events.every(({ object }) => object.apiVersion === NEW && object.kind === "Widget")).toBe(true);
      seen.stop();
      expect(seen.lost).toEqual([]);
    });

    it("tells nothing of other namespaces and labels, and of an object that loses its label as of one deleted", async () => {
      const labels = { watch: "labels" };
      const seen = await watching(labels);
      await ground.applied(widget(await ground.namespace(), "elsewhere", { size: 1 }, { labels }));
      await ground.applied(widget(namespace, "unlabelled", { size: 1 }));
      await ground.applied(widget(namespace, "joins", { size: 1 }));
      await ground.applied(widget(namespace, "joins", { size: 1 }, { labels }));
      await ground.applied(widget(namespace, "joins", { size: 1 }));
      await ground.applied(widget(namespace, "last", { size: 1 }, { labels }));
      await ground
        .eventually(() => seen.events.map(({ type, object }) => `${type} ${object.metadata.name}`))
        .toEqual(["ADDED joins", "DELETED joins", "ADDED last"]);
      seen.stop();
    });

    it("tells nothing once it is stopped, while others go on", async () => {
      const labels = { watch: "stopped" };
      const [one, other] = [await watching(labels), await watching(labels)];
      await ground.applied(widget(namespace, "before", { size: 1 }, { labels }));
      await ground.eventually(() => one.lines().length).toBe(1);
      one.stop();
      await ground.applied(widget(namespace, "after", { size: 1 }, { labels }));
      await ground.eventually(other.lines).toEqual(['ADDED before {"size":1}', 'ADDED after {"size":1}']);
      expect(one.lines()).toEqual(['ADDED before {"size":1}']);
      expect(one.lost).toEqual([]);
      other.stop();
    });

    it("of a kind that is not served there is none", async () => {
      const watch = ground.cluster.watch(
        { apiVersion: NEW, kind: "Gadget", namespace },
        () => {},
        new AbortController().signal,
        () => {},
      );
      await expect(watch).rejects.toBeInstanceOf(InfrastructureError);
    });
  });
}
