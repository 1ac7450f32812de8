import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../../src/domain/kubernetes/object.ts";
import type { ApiServer } from "../../../../src/embedded/api-server.ts";
import { keptIn, keptPort } from "../../../../src/embedded/reference/conversion.ts";
import { must, noted, smiServer } from "../api/ground.ts";
import { ALL, bodyOf, group, portTarget, route, split, target } from "../api/smi-manifests.ts";

const server = () => smiServer({ access: ALL, specs: ALL, split: ALL });
const inVersion = ({ apiVersion }: KubernetesObject, version: string) => `${apiVersion.split("/")[0]}/${version}`;

function readIn(api: ApiServer, object: KubernetesObject, version: string): KubernetesObject {
  const found = api.get({ apiVersion: inVersion(object, version), kind: object.kind, name: "x", namespace: "n" });
  if (found === undefined) throw new Error(`no ${object.kind} in ${version}`);
  return found;
}

/** Written, read in another version. */
function converted(object: KubernetesObject, version: string): KubernetesObject {
  const api = server();
  must(api.create(object));
  return readIn(api, object, version);
}

const pairs = ALL.flatMap((from) => ALL.map((to) => [from, to] as const));
const headers = [{ "user-agent": ".*X.*" }];
const full = { name: "m", pathRegex: "/a", methods: ["GET"] };

describe("an object that every version can say", () => {
  it.each(pairs)("written in %s is read in %s in that version's shape", (from, to) => {
    expect(converted(target(from), to)).toMatchObject(target(to));
    expect(bodyOf(converted(target(from), to))).toEqual(bodyOf(target(to)));
    expect(bodyOf(converted(group(from), to))).toEqual(bodyOf(group(to)));
    expect(bodyOf(converted(route(from), to))).toEqual(bodyOf(route(to)));
  });

  it.each(pairs)("keeps its name and leaves no trace: %s in %s", (from, to) => {
    const { metadata, apiVersion } = converted(target(from), to);
    expect(apiVersion).toBe(`access.smi-spec.io/${to}`);
    expect(metadata.annotations).toBeUndefined();
  });
});

describe("weights keep their ratio", () => {
  const newer = ALL.slice(1);
  const weights = (o: KubernetesObject) =>
    (o.spec as { backends: { weight: unknown }[] }).backends.map(({ weight }) => weight);

  it.each(newer)("as quantities read in %s", (to) => {
    expect(weights(converted(split("v1alpha1", ["10m", "100m", "1500m"]), to))).toEqual([10, 100, 1500]);
    expect(weights(converted(split("v1alpha1", ["1", "500m"]), to))).toEqual([1000, 500]);
    expect(weights(converted(split("v1alpha1", ["0.5m", 1]), to))).toEqual([500, 1_000_000]);
  });

  it.each(newer)("as whole numbers of %s read as quantities, and back", (from) => {
    const read = converted(split(from, [75, 25, 0, 2000]), "v1alpha1");
    expect(weights(read)).toEqual(["75m", "25m", "0", "2"]);
    expect(weights(converted({ ...read, metadata: { name: "x", namespace: "n" } }, from))).toEqual([75, 25, 0, 2000]);
  });

  it.each(pairs.filter(([from, to]) => from !== "v1alpha1" && to !== "v1alpha1"))(
    "as whole numbers of %s read in %s",
    (from, to) => {
      expect(weights(converted(split(from, [75, 25]), to))).toEqual([75, 25]);
    },
  );
});

describe("destination.port, which limits access", () => {
  it.each(pairs.filter(([from]) => from < "v1alpha3"))("written in %s limits in %s", (from, to) => {
    const read = converted(portTarget(from), to);
    expect(keptPort(read)).toBe(8080);
    expect(bodyOf(read)).toEqual(bodyOf(to < "v1alpha3" ? portTarget(to) : target(to)));
    expect(read.metadata.annotations).toEqual(to < "v1alpha3" ? undefined : { [keptIn.port]: "8080" });
  });

  it("survives being written back by who read it in a version without words for it", () => {
    const api = server();
    must(api.create(portTarget("v1alpha2")));
    const { apiVersion, kind, metadata, spec } = readIn(api, target("v1alpha3"), "v1alpha3");
    const { annotations = {} } = metadata;
    must(
      api.apply({
        apiVersion,
        kind,
        metadata: { name: "x", namespace: "n", annotations },
        spec: { ...(spec as object), sources: [{ kind: "ServiceAccount", name: "other" }] },
      }),
    );
    expect(readIn(api, target("v1alpha2"), "v1alpha2").spec).toMatchObject({
      destination: { port: 8080 },
      sources: [{ name: "other" }],
    });
  });

  it("survives a change by another manager in a newer version, and goes when its own manager leaves it out", () => {
    const api = server();
    must(api.apply(portTarget("v1alpha1"), { manager: "owner" }));
    must(api.apply(target("v1alpha4", { sources: [{ kind: "ServiceAccount", name: "other" }] }), { manager: "other" }));
    expect(keptPort(readIn(api, target("v1alpha3"), "v1alpha3"))).toBe(8080);
    must(api.apply(target("v1alpha3"), { manager: "owner" }));
    expect(keptPort(readIn(api, target("v1alpha1"), "v1alpha1"))).toBeUndefined();
  });

  it("is undefined for all ports", () => {
    expect(keptPort(target("v1alpha1"))).toBeUndefined();
    expect(keptPort(target("v1alpha3"))).toBeUndefined();
    expect(keptPort(portTarget("v1alpha1"))).toBe(8080);
  });
});

describe("what an older version cannot say", () => {
  it.each<[string, KubernetesObject, string, unknown]>([
    ["headers", group("v1alpha4", [{ ...full, headers }]), "v1alpha1", { matches: [full] }],
    [
      "a match of headers alone, which means any path and method",
      group("v1alpha2", [{ name: "h", headers }]),
      "v1alpha1",
      { matches: [{ name: "h", pathRegex: ".*", methods: ["*"] }] },
    ],
    ["ports", route("v1alpha4", [8080]), "v1alpha3", { spec: {} }],
    ["ports", route("v1alpha4", [8080]), "v1alpha1", {}],
    [
      "matches of a split",
      split("v1alpha4", [1], { matches: [{ kind: "HTTPRouteGroup", name: "g" }] }),
      "v1alpha2",
      bodyOf(split("v1alpha2", [1])),
    ],
    [
      "matches of a split",
      split("v1alpha3", [1], { matches: [{ kind: "HTTPRouteGroup", name: "g" }] }),
      "v1alpha1",
      bodyOf(split("v1alpha1", ["1m"])),
    ],
  ])(
    "is not shown, and comes back when what was read is written: %s of $1.apiVersion in %s",
    (_, object, version, shown) => {
      const api = server();
      must(api.create(object));
      const before = bodyOf(readIn(api, object, "v1alpha4"));
      const read = readIn(api, object, version);
      expect(bodyOf(read)).toEqual(shown);
      api.delete({ apiVersion: object.apiVersion, kind: object.kind, name: "x", namespace: "n" });
      must(api.create(read));
      const filled =
        JSON.stringify(before).includes("pathRegex") || object.kind !== "HTTPRouteGroup"
          ? before
          : { spec: { matches: [{ name: "h", pathRegex: ".*", methods: ["*"], headers }] } };
      expect(bodyOf(readIn(api, object, "v1alpha4"))).toEqual(filled);
      expect(readIn(api, object, "v1alpha4").metadata.annotations).toBeUndefined();
    },
  );
});

describe("a watch in one version", () => {
  it("tells of what is written in another, in its own shape", () => {
    const api = server();
    const { events } = noted(api, { apiVersion: "access.smi-spec.io/v1alpha1", kind: "TrafficTarget" });
    must(api.apply(portTarget("v1alpha2", 1)));
    must(api.apply(portTarget("v1alpha2", 1)));
    must(api.apply(portTarget("v1alpha2", 2)));
    expect(events.map(({ type, object }) => [type, bodyOf(object)])).toEqual([
      ["ADDED", bodyOf(portTarget("v1alpha1", 1))],
      ["MODIFIED", bodyOf(portTarget("v1alpha1", 2))],
    ]);
  });
});
