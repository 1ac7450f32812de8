import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../../src/domain/kubernetes/object.ts";
import { servedFromCrds } from "../../../../src/domain/smi/served.ts";
import type { SmiVersions } from "../../../../src/domain/smi/version-set.ts";
import { incompatibility, newestVersions, smiDefinitions } from "../../../../src/embedded/api/definitions.ts";
import { must, smiServer, told } from "./ground.ts";
import { ALL, bodyOf, group, portTarget, route, split, target } from "./smi-manifests.ts";

const everything: SmiVersions = { access: ALL, specs: ALL, split: ALL };
const answerTo = (object: KubernetesObject) => told(smiServer(everything).create(object));

/** Each version alone, so that what is stored is what that version's own schema knows. */
function storedAlone(object: KubernetesObject): unknown {
  const [apiGroup = "", version = ""] = object.apiVersion.split("/");
  return bodyOf(must(smiServer({ [apiGroup.split(".")[0] ?? ""]: [version] }).create(object)));
}

describe("the definitions of the SMI kinds", () => {
  it("of the newest release are what the suite takes for served", () => {
    const served = servedFromCrds(smiDefinitions(newestVersions).map((d) => must(smiServer({}).apply(d))));
    const short = (kind: keyof typeof served) => [
      served[kind]?.versions,
      served[kind]?.shortNames,
      served[kind]?.scope,
      served[kind]?.established,
      served[kind]?.namesAccepted,
    ];
    const v = (name: string, more = {}) => [{ name, storage: true, ...more }];
    expect(short("TrafficTarget")).toEqual([v("v1alpha3"), ["tt"], "Namespaced", true, true]);
    expect(short("HTTPRouteGroup")).toEqual([
      v("v1alpha4", { headersForm: "list" }),
      ["htr"],
      "Namespaced",
      true,
      true,
    ]);
    expect(short("TCPRoute")).toEqual([v("v1alpha4"), ["tr"], "Namespaced", true, true]);
    expect(short("UDPRoute")).toEqual([v("v1alpha4"), ["ur"], "Namespaced", true, true]);
    expect(short("TrafficSplit")).toEqual([v("v1alpha4"), ["ts"], "Namespaced", true, true]);
  });

  it("store the newest version, and convert by a webhook where there are several", () => {
    for (const { spec } of smiDefinitions(everything)) {
      const { versions, conversion, names } = spec as {
        versions: { name: string; storage: boolean }[];
        conversion: { strategy: string };
        names: { kind: string };
      };
      expect(versions.map(({ name }) => name)).toEqual(names.kind === "UDPRoute" ? ["v1alpha4"] : [...ALL]);
      expect(versions.filter(({ storage }) => storage).map(({ name }) => name)).toEqual(["v1alpha4"]);
      expect(conversion.strategy).toBe(names.kind === "UDPRoute" ? "None" : "Webhook");
    }
  });

  it("are only of the groups and versions asked for", () => {
    const kinds = (versions: SmiVersions) =>
      smiDefinitions(versions).map(({ spec }) => (spec as { names: { kind: string } }).names.kind);
    expect(kinds({})).toEqual([]);
    expect(kinds({ specs: ["v1alpha3"] })).toEqual(["HTTPRouteGroup", "TCPRoute"]);
    expect(kinds({ split: ["v1alpha1"] })).toEqual(["TrafficSplit"]);
    expect(() => smiDefinitions({ access: ["v1beta1"] })).toThrow(
      new RangeError("traffic-access has no version v1beta1; it has v1alpha1, v1alpha2, v1alpha3, v1alpha4"),
    );
    expect(() => smiDefinitions({ specs: ["v2"] })).toThrow(RangeError);
  });

  it("write headers as a list, or as a map where that is asked for", () => {
    const form = (headers: "list" | "map") =>
      servedFromCrds(smiDefinitions({ specs: ["v1alpha2", "v1alpha4"] }, { headers })).HTTPRouteGroup?.versions.map(
        (v) => v.headersForm,
      );
    expect([form("list"), form("map")]).toEqual([
      ["list", "list"],
      ["map", "map"],
    ]);
  });
});

describe("an object as the text shows it is stored as it was sent", () => {
  const headers = [{ "user-agent": ".*X.*" }, { cookie: "a" }];
  const matches = [{ kind: "HTTPRouteGroup", name: "ab" }];
  it.each<KubernetesObject>([
    ...ALL.flatMap((v) => [target(v), group(v), route(v), split(v)]),
    ...ALL.slice(0, 2).map((v) => portTarget(v)),
    ...ALL.slice(1).map((v) =>
      group(v, [
        { name: "only-headers", headers },
        { name: "all", pathRegex: "/", methods: ["*"], headers },
      ]),
    ),
    route("v1alpha4", [8080, 1, 65535]),
    route("v1alpha4", [53], "UDPRoute"),
    ...ALL.slice(2).map((v) => split(v, [0, 100], { matches })),
    split("v1alpha1", ["10m", 1, "0m"]),
    target("v1alpha4", {
      sources: [{ kind: "IdentityBinding", group: "access.smi-spec.io", name: "a", namespace: "n" }],
    }),
    ...ALL.slice(2).map((v) =>
      target(v, {
        rules: [
          { kind: "UDPRoute", name: "u" },
          { kind: "TCPRoute", name: "t" },
        ],
      }),
    ),
    target("v1alpha2", { rules: [], sources: [] }),
  ])("$apiVersion $kind", (object) => {
    expect(storedAlone(object)).toEqual(bodyOf(object));
  });
});

describe("what the text forbids is refused", () => {
  const methods = '"*", "GET", "HEAD", "PUT", "POST", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"';
  const a = { kind: "ServiceAccount", name: "a" };
  const invalid = (o: KubernetesObject, causes: string) => {
    const [apiGroup] = o.apiVersion.split("/");
    return `422 Invalid: ${o.kind}.${apiGroup} "x" is invalid: ${causes}`;
  };
  it.each<[string, KubernetesObject, string]>([
    ...["v1alpha3", "v1alpha4"].flatMap<[string, KubernetesObject, string]>((v) => [
      ["no destination", target(v, { destination: undefined }), "spec.destination: Required value"],
      ["no rules", target(v, { rules: undefined }), "spec.rules: Required value"],
      ["no sources", target(v, { sources: undefined }), "spec.sources: Required value"],
      [
        "empty rules",
        target(v, { rules: [] }),
        "spec.rules: Invalid value: 0: spec.rules in body should have at least 1 items",
      ],
      [
        "empty sources",
        target(v, { sources: [] }),
        "spec.sources: Invalid value: 0: spec.sources in body should have at least 1 items",
      ],
    ]),
    [
      "a rule of another kind",
      target("v1alpha3", { rules: [{ kind: "FooRoute", name: "f" }] }),
      'spec.rules[0].kind: Unsupported value: "FooRoute": supported values: "HTTPRouteGroup", "TCPRoute", "UDPRoute"',
    ],
    [
      "a UDPRoute before there were any",
      target("v1alpha2", { rules: [{ kind: "UDPRoute", name: "f" }] }),
      'spec.rules[0].kind: Unsupported value: "UDPRoute": supported values: "HTTPRouteGroup", "TCPRoute"',
    ],
    [
      "a source without a name",
      target("v1alpha3", { sources: [{ kind: "ServiceAccount" }] }),
      "spec.sources[0].name: Required value",
    ],
    [
      "a subject of another kind",
      target("v1alpha4", { sources: [{ ...a, kind: "User" }] }),
      'spec.sources[0].kind: Unsupported value: "User": supported values: "ServiceAccount", "IdentityBinding"',
    ],
    [
      "a port that is a text",
      portTarget("v1alpha2", "8080"),
      'spec.destination.port: Invalid value: "string": spec.destination.port in body must be of type integer: "string"',
    ],
    [
      "a port that is a text, at the top",
      portTarget("v1alpha1", "8080"),
      'destination.port: Invalid value: "string": destination.port in body must be of type integer: "string"',
    ],
    [
      "a port that is none",
      portTarget("v1alpha2", 70000),
      "spec.destination.port: Invalid value: 70000: spec.destination.port in body should be less than or equal to 65535",
    ],
    ["a match without a name", group("v1alpha4", [{ pathRegex: "/" }]), "spec.matches[0].name: Required value"],
    [
      "a match without path and methods, where all are required",
      group("v1alpha1", [{ name: "m" }]),
      "[matches[0].pathRegex: Required value, matches[0].methods: Required value]",
    ],
    [
      "a method that is none",
      group("v1alpha4", [{ name: "m", methods: ["GET", "FOO"] }]),
      `spec.matches[0].methods[1]: Unsupported value: "FOO": supported values: ${methods}`,
    ],
    [
      "a method in lower case",
      group("v1alpha2", [{ name: "m", methods: ["get"] }]),
      `matches[0].methods[0]: Unsupported value: "get": supported values: ${methods}`,
    ],
    [
      "headers as a map",
      group("v1alpha4", [{ name: "m", headers: { x: "1" } }]),
      'spec.matches[0].headers: Invalid value: "object": spec.matches[0].headers in body must be of type array: "object"',
    ],
    [
      "a port that is a text",
      route("v1alpha4", ["80"]),
      'spec.matches.ports[0]: Invalid value: "string": spec.matches.ports[0] in body must be of type integer: "string"',
    ],
    [
      "port 0",
      route("v1alpha4", [0]),
      "spec.matches.ports[0]: Invalid value: 0: spec.matches.ports[0] in body should be greater than or equal to 1",
    ],
    [
      "port 70000",
      route("v1alpha4", [70000], "UDPRoute"),
      "spec.matches.ports[0]: Invalid value: 70000: spec.matches.ports[0] in body should be less than or equal to 65535",
    ],
    ...["v1alpha2", "v1alpha3", "v1alpha4"].flatMap<[string, KubernetesObject, string]>((v) => [
      [
        "weight 0.5",
        split(v, [0.5]),
        'spec.backends[0].weight: Invalid value: "number": spec.backends[0].weight in body must be of type integer: "number"',
      ],
      [
        "weight -1",
        split(v, [-1]),
        "spec.backends[0].weight: Invalid value: -1: spec.backends[0].weight in body should be greater than or equal to 0",
      ],
      [
        "weight 50m",
        split(v, ["50m"]),
        'spec.backends[0].weight: Invalid value: "string": spec.backends[0].weight in body must be of type integer: "string"',
      ],
      ["no weight", split(v, [undefined]), "spec.backends[0].weight: Required value"],
      ["no root", split(v, [1], { service: undefined }), "spec.service: Required value"],
      ["no backends", split(v, [1], { backends: undefined }), "spec.backends: Required value"],
    ]),
    [
      "a match of a TCPRoute",
      split("v1alpha4", [1], { matches: [{ kind: "TCPRoute", name: "t" }] }),
      'spec.matches[0].kind: Unsupported value: "TCPRoute": supported values: "HTTPRouteGroup"',
    ],
  ])("%s: $1.apiVersion $1.kind", (_, object, causes) => {
    expect(answerTo(object)).toBe(invalid(object, causes));
  });

  it("a weight that is no quantity", () => {
    expect(answerTo(split("v1alpha1", ["much"]))).toMatch(
      /spec.backends\[0\].weight: Invalid value: "much": spec.backends\[0\].weight in body should match '/,
    );
  });

  it.each([
    ["destination.port where it was removed", portTarget("v1alpha3"), target("v1alpha3")],
    [
      "headers where there are none",
      group("v1alpha1", [{ name: "m", pathRegex: "/a", methods: ["GET"], headers: [{ x: "1" }] }]),
      group("v1alpha1"),
    ],
    [
      "matches of a split before there were any",
      split("v1alpha2", [1], { matches: [{ kind: "HTTPRouteGroup", name: "g" }] }),
      split("v1alpha2", [1]),
    ],
  ])("or pruned: %s", (_, sent, stored) => {
    expect(storedAlone(sent)).toEqual(bodyOf(stored));
  });

  it("an IdentityBinding, which was never released", () => {
    expect(answerTo({ ...target("v1alpha4"), kind: "IdentityBinding" })).toBe(
      "404 NotFound: the server could not find the requested resource",
    );
  });
});

describe("versions go together", () => {
  it.each<[SmiVersions, string | undefined]>([
    [newestVersions, undefined],
    [everything, undefined],
    [{}, undefined],
    [{ specs: ["v1alpha1"] }, undefined],
    [{ access: ["v1alpha1"], specs: ["v1alpha2"], split: ["v1alpha2"] }, undefined],
    [{ access: ["v1alpha2"], specs: ["v1alpha3"], split: ["v1alpha3"] }, undefined],
    // Release v0.4.0, although split v1alpha3 names specs v1alpha3.
    [{ access: ["v1alpha1"], specs: ["v1alpha2"], split: ["v1alpha3"] }, undefined],
    [{ split: ["v1alpha1"] }, undefined],
    [{ split: ["v1alpha4"], specs: ["v1alpha4"] }, undefined],
    [
      { access: ["v1alpha1"], specs: ["v1alpha4"] },
      "traffic-access v1alpha1; traffic-specs v1alpha4 do not go together: traffic-access v1alpha1 goes with traffic-specs v1alpha1 or v1alpha2.",
    ],
    [
      { access: ["v1alpha3"], specs: ["v1alpha4"], split: ["v1alpha3"] },
      "traffic-access v1alpha3; traffic-specs v1alpha4; traffic-split v1alpha3 do not go together: traffic-access v1alpha3 goes with traffic-specs v1alpha4, traffic-split v1alpha3 goes with traffic-specs v1alpha3.",
    ],
    [
      { access: ["v1alpha3"] },
      "traffic-access v1alpha3 served without traffic-specs: traffic-access v1alpha3 goes with traffic-specs v1alpha4.",
    ],
    [
      { split: ["v1alpha4"] },
      "traffic-split v1alpha4 served without traffic-specs: traffic-split v1alpha4 goes with traffic-specs v1alpha4.",
    ],
  ])("%j", (versions, sentence) => {
    expect(incompatibility(versions)).toBe(sentence);
  });

  it("are asked for by names that there are", () => {
    expect(() => incompatibility({ split: ["v9"] })).toThrow(RangeError);
  });
});
