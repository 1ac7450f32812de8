import { describe, expect, it } from "vitest";
import type { Schema } from "../../../../src/embedded/api/schema.ts";
import { configMap, emptyServer, must, namespace, noted, refTo, thing, thingServer, told } from "./ground.ts";

const item: Schema = {
  type: "object",
  properties: { id: { type: "string" }, a: { type: "integer" }, b: { type: "integer" } },
};
const spec = (properties: Record<string, Schema>): Schema => ({
  type: "object",
  properties: { spec: { type: "object", properties } },
});
const schema = spec({
  map: { type: "object", additionalProperties: { type: "string" } },
  atomic: { type: "object", additionalProperties: { type: "string" }, "x-kubernetes-map-type": "atomic" },
  list: { type: "array", items: item },
  keyed: { type: "array", items: item, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["id"] },
  set: { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" },
  x: { type: "integer" },
});

describe("an apply after an apply", () => {
  it.each<[string, object, object, object]>([
    ["sets what it changes", { map: { a: "1" } }, { map: { a: "2" } }, { map: { a: "2" } }],
    ["removes what it leaves out", { map: { a: "1", b: "1" }, x: 1 }, { map: { a: "1" } }, { map: { a: "1" } }],
    ["removes a map whose last field it leaves out", { map: { a: "1" }, x: 1 }, { x: 1 }, { x: 1 }],
    [
      "replaces a list as a whole",
      { list: [{ id: "a", a: 1 }, { id: "b" }] },
      { list: [{ id: "c" }] },
      { list: [{ id: "c" }] },
    ],
    [
      "merges a list with keys, in its own order",
      { keyed: [{ id: "a", a: 1, b: 1 }, { id: "b" }] },
      { keyed: [{ id: "c" }, { id: "a", a: 2 }] },
      { keyed: [{ id: "c" }, { id: "a", a: 2 }] },
    ],
    ["takes out of a set", { set: ["a", "b"] }, { set: ["b", "c"] }, { set: ["b", "c"] }],
    ["replaces an atomic map", { atomic: { a: "1" } }, { atomic: { b: "1" } }, { atomic: { b: "1" } }],
  ])("%s", (_, first, second, result) => {
    const api = thingServer({ v1: schema });
    must(api.apply(thing("v1", "a", { spec: first })));
    expect(must(api.apply(thing("v1", "a", { spec: second }))).spec).toEqual(result);
  });

  it.each<[string, object, object, object, object]>([
    [
      "leaves the fields of another manager, and those of both",
      { map: { mine: "1", both: "1" } },
      { map: { theirs: "1", both: "1" } },
      {},
      { map: { theirs: "1", both: "1" } },
    ],
    [
      "leaves the items of another manager in a list with keys",
      { keyed: [{ id: "mine" }, { id: "both", a: 1 }] },
      { keyed: [{ id: "theirs" }, { id: "both", b: 2 }] },
      { keyed: [{ id: "mine" }] },
      { keyed: [{ id: "mine" }, { id: "both", a: 1, b: 2 }, { id: "theirs" }] },
    ],
    ["takes a field over, for it is forced", { x: 1 }, { x: 2 }, { x: 3 }, { x: 3 }],
  ])("%s", (_, mine, theirs, then, result) => {
    const api = thingServer({ v1: schema });
    must(api.apply(thing("v1", "a", { spec: mine }), { manager: "me" }));
    must(api.apply(thing("v1", "a", { spec: theirs }), { manager: "them" }));
    const { spec: left } = must(api.apply(thing("v1", "a", { spec: then }), { manager: "me" }));
    const sorted = (value: unknown) =>
      JSON.parse(JSON.stringify(value), (_key, v) =>
        Array.isArray(v) ? [...v].sort((a, b) => (a.id < b.id ? -1 : 1)) : v,
      );
    expect(sorted(left)).toEqual(sorted(result));
  });

  it("leaves what create made, which no applying manager owns", () => {
    const api = thingServer({ v1: schema });
    must(api.create(thing("v1", "a", { spec: { map: { made: "1" } } })));
    must(api.apply(thing("v1", "a", { spec: { map: { a: "1" } } })));
    expect(must(api.apply(thing("v1", "a", { spec: {} }))).spec).toEqual({ map: { made: "1" } });
  });

  it("removes labels and annotations like any field", () => {
    const api = emptyServer();
    must(api.create(namespace("n")));
    must(api.apply(configMap("a", {}, { labels: { x: "1" }, annotations: { y: "1", z: "1" } })));
    const { metadata } = must(api.apply(configMap("a", {}, { annotations: { z: "1" } })));
    expect(metadata.labels).toBeUndefined();
    expect(metadata.annotations).toEqual({ z: "1" });
  });

  it("that says the same changes nothing and tells nobody, whatever the order of its fields", () => {
    const api = thingServer({ v1: schema });
    const first = must(api.apply(thing("v1", "a", { spec: { x: 1, map: { a: "1", b: "2" } } })));
    const { lines } = noted(api, { apiVersion: "try.example.com/v1", kind: "Thing" });
    lines();
    const again = must(api.apply(thing("v1", "a", { spec: { map: { b: "2", a: "1" }, x: 1 } })));
    expect(again).toBe(first);
    expect(lines()).toEqual([]);
  });

  it("that says the same of an object with defaults changes nothing either", () => {
    const api = emptyServer({}, () => "10.0.0.1");
    must(api.create(namespace("n")));
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "s", namespace: "n" },
      spec: {
        selector: { app: "s" },
        ports: [
          { name: "a", port: 80 },
          { name: "b", port: 81 },
        ],
      },
    };
    expect(must(api.apply(service))).toBe(must(api.apply(service)));
  });

  it("that makes it invalid leaves it as it was", () => {
    const api = thingServer({ v1: schema });
    must(api.apply(thing("v1", "a", { spec: { x: 1 } })));
    expect(told(api.apply(thing("v1", "a", { spec: { x: "1" } })))).toBe(
      '422 Invalid: Thing.try.example.com "a" is invalid: spec.x: Invalid value: "string": spec.x in body must be of type integer: "string"',
    );
    expect(api.get(refTo("try.example.com/v1", "Thing", "a"))?.spec).toEqual({ x: 1 });
  });

  it("with a resourceVersion insists on it", () => {
    const api = thingServer({ v1: schema });
    const { metadata } = must(api.apply(thing("v1", "a", { spec: { x: 1 } })));
    const insisting = (resourceVersion: unknown, x: number) => ({
      ...thing("v1", "a", { spec: { x } }),
      metadata: { name: "a", namespace: "n", resourceVersion },
    });
    expect(told(api.apply(insisting(metadata.resourceVersion, 2)))).toBe("accepted");
    expect(told(api.apply(insisting(metadata.resourceVersion, 3)))).toMatch(
      /^409 Conflict: Operation cannot be fulfilled on things.try.example.com "a": the object has been modified/,
    );
  });

  it("counts a generation for all but metadata", () => {
    const api = thingServer({ v1: schema });
    const apply = (x: number, labels?: object) =>
      must(
        api.apply({
          ...thing("v1", "a", { spec: { x } }),
          metadata: { name: "a", namespace: "n", ...(labels && { labels }) },
        } as never),
      ).metadata.generation;
    expect([apply(1), apply(1, { l: "1" }), apply(2, { l: "1" })]).toEqual([1, 1, 2]);
  });
});
