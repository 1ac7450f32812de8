import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../../src/domain/kubernetes/object.ts";
import { compareVersions } from "../../../../src/embedded/api/resource.ts";
import type { Schema } from "../../../../src/embedded/api/schema.ts";
import { emptyServer, must, refTo, thing, thingServer, things, told } from "./ground.ts";

const any: Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
const ref = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name: "things.try.example.com" };
const notServed = "404 NotFound: the server could not find the requested resource";

describe("a definition", () => {
  it("is completed, established at once, and served", () => {
    const api = emptyServer();
    expect(told(api.create(thing("v1", "a", {})))).toBe(notServed);
    expect(must(api.apply(things({ v1: any })))).toMatchObject({
      spec: { conversion: { strategy: "None" }, names: { singular: "thing", listKind: "ThingList" } },
      status: {
        acceptedNames: { kind: "Thing", plural: "things" },
        storedVersions: ["v1"],
        conditions: [
          { type: "NamesAccepted", status: "True" },
          { type: "Established", status: "True" },
        ],
      },
    });
    expect(api.discover("try.example.com")).toEqual([
      { version: "v1", resources: [{ name: "things", kind: "Thing", namespaced: true }] },
    ]);
  });

  it("that is applied again unchanged changes nothing", () => {
    const api = emptyServer();
    expect(must(api.apply(things({ v1: any })))).toBe(must(api.apply(things({ v1: any }))));
  });

  it("remembers each version that objects were stored in", () => {
    const api = emptyServer();
    must(api.apply(things({ v1: any })));
    expect(must(api.apply(things({ v1: any, v2: any }))).status).toMatchObject({ storedVersions: ["v1", "v2"] });
  });

  it.each<[string, object, RegExp]>([
    ["no scope", { scope: undefined }, /spec.scope: Required value$/],
    [
      "a scope that is none",
      { scope: "Village" },
      /spec.scope: Unsupported value: "Village": supported values: "Cluster", "Namespaced"$/,
    ],
    ["no group", { group: undefined }, /spec.group: Required value/],
    ["no kind", { names: { plural: "things" } }, /spec.names.kind: Required value$/],
    [
      "another plural than its name",
      { names: { kind: "Thing", plural: "stuff" } },
      /metadata.name: Invalid value: "things.try.example.com": must be spec.names.plural\+"."\+spec.group$/,
    ],
    [
      "no storage version",
      { versions: [{ name: "v1", served: true, storage: false, schema: { openAPIV3Schema: any } }] },
      /must have exactly one version marked as storage version$/,
    ],
    [
      "no schema",
      { versions: [{ name: "v1", served: true, storage: true }] },
      /spec.versions\[0\].schema.openAPIV3Schema: Required value: schemas are required$/,
    ],
  ])("with %s is refused", (_, change, refusal) => {
    const api = emptyServer();
    const answer = told(api.apply(things({ v1: any }, change)));
    expect(answer).toMatch(
      /^422 Invalid: CustomResourceDefinition.apiextensions.k8s.io "things.try.example.com" is invalid: /,
    );
    expect(answer).toMatch(refusal);
    expect(api.discover("try.example.com")).toEqual([]);
  });

  it("takes its objects along when it is deleted", () => {
    const api = thingServer({ v1: any });
    must(api.create(thing("v1", "a", {})));
    api.delete(ref);
    expect(api.get(refTo("try.example.com/v1", "Thing", "a"))).toBeUndefined();
    expect(told(api.create(thing("v1", "a", {})))).toBe(notServed);
    expect(api.discover("try.example.com")).toEqual([]);
    must(api.apply(things({ v1: any })));
    expect(api.list({ apiVersion: "try.example.com/v1", kind: "Thing" })).toEqual([]);
  });

  it("may be cluster-scoped: its objects are in no namespace, whichever is named", () => {
    const api = thingServer({ v1: any }, { scope: "Cluster" });
    expect(must(api.create(thing("v1", "a", {}))).metadata.namespace).toBeUndefined();
    expect(told(api.create({ ...thing("v1", "a", {}), metadata: { name: "a" } }))).toMatch(/^409/);
    expect(api.list({ apiVersion: "try.example.com/v1", kind: "Thing", namespace: "n" })).toHaveLength(1);
    expect(api.discover("try.example.com")[0]?.resources[0]?.namespaced).toBe(false);
  });
});

describe("objects of a definition", () => {
  const schema: Schema = {
    type: "object",
    required: ["spec"],
    properties: {
      spec: {
        type: "object",
        required: ["a"],
        properties: { a: { type: "string" }, d: { type: "integer", default: 7 } },
      },
    },
  };

  it("are pruned and defaulted", () => {
    const api = thingServer({ v1: schema });
    const { spec, other } = must(api.create(thing("v1", "a", { spec: { a: "x", unknown: 1 }, other: 1 })));
    expect([spec, other]).toEqual([{ a: "x", d: 7 }, undefined]);
  });

  it.each<[object, string]>([
    [{}, "spec: Required value"],
    [{ spec: {} }, "spec.a: Required value"],
    [
      { spec: { a: 1, d: "x" } },
      '[spec.a: Invalid value: "integer": spec.a in body must be of type string: "integer", spec.d: Invalid value: "string": spec.d in body must be of type integer: "string"]',
    ],
  ])("are checked: %j", (body, causes) => {
    const api = thingServer({ v1: schema });
    expect(told(api.create(thing("v1", "a", body)))).toBe(
      `422 Invalid: Thing.try.example.com "a" is invalid: ${causes}`,
    );
    expect(told(api.apply(thing("v1", "a", body)))).toBe(
      `422 Invalid: Thing.try.example.com "a" is invalid: ${causes}`,
    );
    expect(api.get(refTo("try.example.com/v1", "Thing", "a"))).toBeUndefined();
  });

  it("lose what a new schema does not know when they are read", () => {
    const api = thingServer({ v1: any });
    must(api.create(thing("v1", "a", { spec: { a: "x", b: "y" } })));
    must(api.apply(things({ v1: schema })));
    expect(api.get(refTo("try.example.com/v1", "Thing", "a"))?.spec).toEqual({ a: "x" });
  });

  it("keep a status apart where there is a subresource, and have one like any field where there is none", () => {
    const withStatus = (subresources: object) =>
      things(
        {},
        { versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: any }, ...subresources }] },
      );
    const stored = (definition: KubernetesObject) => {
      const api = emptyServer();
      must(api.apply(definition));
      return must(api.create({ ...thing("v1", "a", { status: { x: 1 } }), metadata: { name: "a" } })).status;
    };
    expect(stored(withStatus({ subresources: { status: {} } }))).toBeUndefined();
    expect(stored(withStatus({}))).toEqual({ x: 1 });
  });
});

describe("several versions of one kind", () => {
  const field = (name: string): Schema => ({
    type: "object",
    properties: { spec: { type: "object", properties: { both: { type: "string" }, [name]: { type: "string" } } } },
  });

  it("without a webhook show one object, each without what its schema does not know", () => {
    const api = thingServer({ v1: field("old"), v2: field("new") });
    must(api.create(thing("v1", "a", { spec: { both: "b", old: "o", new: "n" } })));
    const read = (version: string) => api.get(refTo(`try.example.com/${version}`, "Thing", "a"));
    expect(read("v1")).toMatchObject({ apiVersion: "try.example.com/v1", spec: { both: "b", old: "o" } });
    expect(read("v2")).toMatchObject({ apiVersion: "try.example.com/v2", spec: { both: "b" } });
    expect(read("v2")?.metadata.uid).toBe(read("v1")?.metadata.uid);
    expect(read("v2")).toBe(read("v2"));
    expect(read("v3")).toBeUndefined();
  });

  it("take an apply in each, by one manager as one", () => {
    const api = thingServer({ v1: field("old"), v2: field("new") });
    must(api.apply(thing("v1", "a", { spec: { both: "b" } })));
    expect(must(api.apply(thing("v2", "a", { spec: { new: "n" } })))).toMatchObject({ spec: { new: "n" } });
    expect(api.get(refTo("try.example.com/v2", "Thing", "a"))?.spec).toEqual({ new: "n" });
  });

  it("are refused where they are defined and not served", () => {
    const versions = ["v1", "v2"].map((name) => ({
      name,
      served: name === "v2",
      storage: name === "v2",
      schema: { openAPIV3Schema: any },
    }));
    const api = emptyServer();
    must(api.apply(things({}, { versions })));
    expect(told(api.create(thing("v1", "a", {})))).toBe(notServed);
    expect(api.discover("try.example.com").map(({ version }) => version)).toEqual(["v2"]);
  });

  it("are listed by preference", () => {
    const names = ["v1alpha1", "v2", "v1", "v10", "v2beta1", "v1alpha10", "other", "v1beta2", "another"];
    const preferred = ["v10", "v2", "v1", "v2beta1", "v1beta2", "v1alpha10", "v1alpha1", "another", "other"];
    expect([...names].sort(compareVersions)).toEqual(preferred);
    const api = thingServer(Object.fromEntries(names.map((name) => [name, any])));
    expect(api.discover("try.example.com").map(({ version }) => version)).toEqual(preferred);
  });
});

describe("discovery", () => {
  it("lists built-in groups, and nothing for a group that is not served", () => {
    const api = emptyServer();
    expect(api.discover("apps")[0]).toMatchObject({ version: "v1" });
    expect(api.discover("apps")[0]?.resources.map(({ name }) => name)).toContain("deployments");
    expect(api.discover("access.smi-spec.io")).toEqual([]);
  });
});
