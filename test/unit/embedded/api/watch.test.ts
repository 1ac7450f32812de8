import { describe, expect, it } from "vitest";
import { configMap, emptyServer, must, namespace, noted, refTo, thing, things } from "./ground.ts";

const query = { apiVersion: "v1", kind: "ConfigMap" };
const server = () => {
  const api = emptyServer();
  must(api.create(namespace("n")));
  return api;
};

describe("a watch", () => {
  it("tells what is there, then each change once and in order, until it is stopped", () => {
    const api = server();
    must(api.create(configMap("b")));
    must(api.create(configMap("a")));
    const { lines, stop } = noted(api, query);
    expect(lines()).toEqual(["ADDED a", "ADDED b"]);
    must(api.apply(configMap("c")));
    must(api.apply(configMap("a", { k: 1 })));
    must(api.apply(configMap("a", { k: 1 })));
    api.delete(refTo("v1", "ConfigMap", "b"));
    must(api.create(namespace("m")));
    expect(lines()).toEqual(["ADDED c", "MODIFIED a", "DELETED b"]);
    stop();
    must(api.apply(configMap("d")));
    expect(lines()).toEqual([]);
  });

  it("gives a deleted object as it was last, with the resourceVersion of its deletion", () => {
    const api = server();
    const stored = must(api.create(configMap("a", { k: 1 })));
    const { events } = noted(api, query);
    api.delete(refTo("v1", "ConfigMap", "a"));
    expect(events[1]).toMatchObject({
      type: "DELETED",
      object: { data: { k: 1 }, metadata: { uid: stored.metadata.uid } },
    });
    expect(Number(events[1]?.object.metadata.resourceVersion)).toBeGreaterThan(Number(stored.metadata.resourceVersion));
  });

  it("of a namespace and labels tells when an object enters and leaves", () => {
    const api = server();
    must(api.create(namespace("m")));
    const { lines } = noted(api, { ...query, namespace: "n", labels: { x: "1" } });
    must(api.apply(configMap("a", {}, { labels: { x: "1" } })));
    must(api.apply(configMap("a", {}, { namespace: "m", labels: { x: "1" } })));
    must(api.apply(configMap("a", { k: 1 }, { labels: { x: "1" } })));
    must(api.apply(configMap("a", { k: 1 }, { labels: { x: "2" } })));
    must(api.apply(configMap("a", { k: 2 }, { labels: { x: "2" } })));
    must(api.apply(configMap("a", { k: 2 }, { labels: { x: "1" } })));
    expect(lines()).toEqual(["ADDED a", "MODIFIED a", "DELETED a", "ADDED a"]);
  });

  it("whose watcher writes shows every watcher the same order", () => {
    const api = server();
    api.watch(query, ({ type, object }) => {
      if (type === "ADDED" && !object.metadata.name.startsWith("made-"))
        must(api.create(configMap(`made-${object.metadata.name}`)));
    });
    const { lines } = noted(api, query);
    must(api.create(configMap("a")));
    expect(lines()).toEqual(["ADDED a", "ADDED made-a"]);
  });

  it("whose watcher writes while it is told of what is there hears of that afterwards, once", () => {
    const api = server();
    must(api.create(configMap("a")));
    must(api.create(configMap("b")));
    const seen: string[] = [];
    api.watch(query, ({ type, object }) => {
      seen.push(`${type} ${object.metadata.name}`);
      if (seen.length === 1) must(api.apply(configMap("b", { k: 1 })));
    });
    expect(seen).toEqual(["ADDED a", "ADDED b", "MODIFIED b"]);
  });

  it("that is begun by a watcher is not told again of what it has been shown", () => {
    const api = server();
    const seen: string[] = [];
    api.watch(query, ({ object }) => {
      if (object.metadata.name !== "a") return;
      must(api.create(configMap("b")));
      api.watch(query, (event) => seen.push(`${event.type} ${event.object.metadata.name}`));
    });
    must(api.create(configMap("a")));
    expect(seen).toEqual(["ADDED a", "ADDED b"]);
  });

  it("is told of everything although another watcher fails, whose error the writer gets", () => {
    const api = server();
    api.watch(query, () => {
      throw new Error("broken watcher");
    });
    const { lines } = noted(api, query);
    expect(() => api.create(configMap("a"))).toThrow("broken watcher");
    expect(lines()).toEqual(["ADDED a"]);
    api.delete(refTo("v1", "Namespace", "none"));
    expect(() => api.delete(refTo("v1", "ConfigMap", "a"))).toThrow("broken watcher");
    expect(lines()).toEqual(["DELETED a"]);
  });

  it("may be begun before its kind is served, and tells in the version that was asked for", () => {
    const api = server();
    const schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true } as const;
    const old = noted(api, { apiVersion: "try.example.com/v1", kind: "Thing" });
    const none = noted(api, { apiVersion: "try.example.com/v9", kind: "Thing" });
    must(api.apply(things({ v1: schema, v2: schema })));
    must(api.create(thing("v2", "a", {})));
    expect(old.events.map(({ object }) => object.apiVersion)).toEqual(["try.example.com/v1"]);
    api.delete({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      name: "things.try.example.com",
    });
    expect(old.lines()).toEqual(["ADDED a", "DELETED a"]);
    expect(none.lines()).toEqual([]);
  });
});
