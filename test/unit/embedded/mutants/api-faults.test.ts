/** Each fault changes what it says: the object that shows it fares otherwise, and one beside it fares the same. */
import { describe, expect, it } from "vitest";
import { type KubernetesObject, refOf } from "../../../../src/domain/kubernetes/object.ts";
import { type SmiKindName, smiKindNames, smiKinds } from "../../../../src/domain/smi/kinds.ts";
import { servedFromCrds } from "../../../../src/domain/smi/served.ts";
import type { SmiVersions } from "../../../../src/domain/smi/version-set.ts";
import { newestVersions } from "../../../../src/embedded/api/definitions.ts";
import type { ApiServer } from "../../../../src/embedded/api-server.ts";
import { apiFaults } from "../../../../src/embedded/mutants/api-faults.ts";
import type { ApiFaults } from "../../../../src/embedded/mutants/faults.ts";
import { mutants } from "../../../../src/embedded/mutants/index.ts";
import { must, smiServer, thing, things, told } from "../api/ground.ts";
import { ALL, bodyOf, group, portTarget, route, split, target } from "../api/smi-manifests.ts";

const a = { kind: "ServiceAccount", name: "a" };
const headers = [{ x: "1" }];

/** How an object fares with these faults: its body as stored, or that it is refused. */
function fate(object: KubernetesObject, faults: ApiFaults): unknown {
  const answer = smiServer(newestVersions, faults).create(object);
  return answer.accepted ? bodyOf(answer.stored) : "refused";
}

/** One object of every kind and field, which a fault leaves alone unless the field is its own. */
const whole: readonly KubernetesObject[] = [
  target("v1alpha3"),
  group("v1alpha4", [{ name: "m", pathRegex: "/a", methods: ["GET"], headers }]),
  route("v1alpha4", [80]),
  route("v1alpha4", [53], "UDPRoute"),
  split("v1alpha4", [75, 25], { matches: [{ kind: "HTTPRouteGroup", name: "g" }] }),
];

type Case = readonly [keyof ApiFaults, KubernetesObject, unknown, unknown];
const stored = (object: KubernetesObject) => bodyOf(object);

/** Fault, object, its fate without the fault, and with it. */
const cases: readonly Case[] = [
  [
    "prunesHeaders",
    group("v1alpha4", [{ name: "m", headers }]),
    stored(group("v1alpha4", [{ name: "m", headers }])),
    stored(group("v1alpha4", [{ name: "m" }])),
  ],
  [
    "prunesMethods",
    group("v1alpha4"),
    stored(group("v1alpha4")),
    stored(group("v1alpha4", [{ name: "m", pathRegex: "/a" }])),
  ],
  [
    "prunesRuleMatches",
    target("v1alpha3"),
    stored(target("v1alpha3")),
    stored(target("v1alpha3", { rules: [{ kind: "HTTPRouteGroup", name: "routes" }] })),
  ],
  ["prunesRoutePorts", route("v1alpha4", [80]), stored(route("v1alpha4", [80])), { spec: { matches: {} } }],
  ["prunesRoutePorts", route("v1alpha4", [80], "UDPRoute"), stored(route("v1alpha4", [80])), { spec: { matches: {} } }],
  [
    "prunesSplitMatches",
    split("v1alpha4", [1], { matches: [{ kind: "HTTPRouteGroup", name: "g" }] }),
    stored(split("v1alpha4", [1], { matches: [{ kind: "HTTPRouteGroup", name: "g" }] })),
    stored(split("v1alpha4", [1])),
  ],
  ["keepsRemovedPort", portTarget("v1alpha3"), stored(target("v1alpha3")), stored(portTarget("v1alpha3"))],
  ...(["destination", "rules", "sources"] as const).map<Case>((field) => [
    "acceptsIncompleteTarget",
    target("v1alpha3", { [field]: undefined }),
    "refused",
    JSON.parse(JSON.stringify(bodyOf(target("v1alpha3", { [field]: undefined })))),
  ]),
  ["acceptsIncompleteTarget", target("v1alpha3", { sources: [] }), "refused", "refused"],
  ["acceptsEmptySources", target("v1alpha3", { sources: [] }), "refused", stored(target("v1alpha3", { sources: [] }))],
  ["acceptsEmptySources", target("v1alpha3", { rules: [] }), "refused", "refused"],
  ["acceptsEmptyRules", target("v1alpha3", { rules: [] }), "refused", stored(target("v1alpha3", { rules: [] }))],
  ["acceptsEmptyRules", target("v1alpha3", { sources: [] }), "refused", "refused"],
  [
    "acceptsUnknownRuleKind",
    target("v1alpha3", { rules: [{ ...a, kind: "Foo" }] }),
    "refused",
    stored(target("v1alpha3", { rules: [{ ...a, kind: "Foo" }] })),
  ],
  [
    "acceptsUnnamedMatch",
    group("v1alpha4", [{ pathRegex: "/" }]),
    "refused",
    stored(group("v1alpha4", [{ pathRegex: "/" }])),
  ],
  [
    "acceptsUnknownMethod",
    group("v1alpha4", [{ name: "m", methods: ["FOO"] }]),
    "refused",
    stored(group("v1alpha4", [{ name: "m", methods: ["FOO"] }])),
  ],
  ["acceptsAnyPort", route("v1alpha4", [70000]), "refused", stored(route("v1alpha4", [70000]))],
  ["acceptsAnyPort", route("v1alpha4", ["80"]), "refused", "refused"],
  ["refusesEmptyPorts", route("v1alpha4", []), stored(route("v1alpha4", [])), "refused"],
  [
    "acceptsIncompleteSplit",
    split("v1alpha4", [undefined]),
    "refused",
    { spec: { service: "root", backends: [{ service: "v1" }] } },
  ],
  [
    "acceptsIncompleteSplit",
    split("v1alpha4", [1], { service: undefined }),
    "refused",
    { spec: { backends: [{ service: "v1", weight: 1 }] } },
  ],
  ["acceptsIncompleteSplit", split("v1alpha4", [0.5]), "refused", "refused"],
  ["acceptsAnyWeight", split("v1alpha4", [0.5, -1]), "refused", stored(split("v1alpha4", [0.5, -1]))],
  ["acceptsAnyWeight", split("v1alpha4", ["50m"]), "refused", "refused"],
  [
    "acceptsUnknownSplitMatchKind",
    split("v1alpha4", [1], { matches: [{ ...a, kind: "TCPRoute" }] }),
    "refused",
    stored(split("v1alpha4", [1], { matches: [{ ...a, kind: "TCPRoute" }] })),
  ],
  ["acceptsInvalid", split("v1alpha4", ["50m"]), "refused", stored(split("v1alpha4", ["50m"]))],
  ["acceptsInvalid", target("v1alpha3", { sources: "all" }), "refused", stored(target("v1alpha3", { sources: "all" }))],
  ["acceptsInvalid", portTarget("v1alpha3"), stored(target("v1alpha3")), stored(target("v1alpha3"))],
  ["roundsWeights", split("v1alpha4", [0.5, 0.4]), "refused", stored(split("v1alpha4", [1, 0]))],
  ["roundsWeights", split("v1alpha4", [-1]), "refused", "refused"],
  [
    "storesWeightAsText",
    split("v1alpha4", [75, 25]),
    stored(split("v1alpha4", [75, 25])),
    stored(split("v1alpha4", ["75", "25"])),
  ],
];

describe("a fault of the schema or of admission", () => {
  it.each(cases)("%s: $1.kind", (fault, object, without, withFault) => {
    expect(fate(object, {})).toEqual(without);
    expect(fate(object, { [fault]: true })).toEqual(withFault);
  });

  it.each([...new Set(cases.map(([fault]) => fault))])("%s leaves the other kinds alone", (fault) => {
    const own = cases.filter(([name]) => name === fault).map(([, object]) => object.kind);
    for (const object of whole.filter(({ kind }) => fault.startsWith("accepts") || !own.includes(kind)))
      expect(fate(object, { [fault]: true })).toEqual(bodyOf(object));
  });

  it("holds for what is applied as well", () => {
    const api = smiServer(newestVersions, { roundsWeights: true });
    must(api.apply(split("v1alpha4", [1])));
    expect(bodyOf(must(api.apply(split("v1alpha4", [2.5]))))).toEqual(bodyOf(split("v1alpha4", [3])));
  });

  it("is of the mesh's own kinds: those of others are checked as ever", () => {
    const api = smiServer({}, { acceptsInvalid: true, acceptsIncompleteSplit: true });
    const schema = { type: "object", required: ["spec"] } as const;
    must(api.apply(things({ v1: schema })));
    expect(told(api.create(thing("v1", "a", {})))).toMatch(/^422/);
    expect(
      told(api.create({ apiVersion: "v1", kind: "Service", metadata: { name: "s", namespace: "n" }, spec: {} })),
    ).toMatch(/^422/);
  });
});

/** What the suite reads of a kind. */
function seen(api: ApiServer, name: SmiKindName) {
  const { group: apiGroup, versions } = smiKinds[name];
  const crds = api.list({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" });
  const { spec: _, ...served } = servedFromCrds(crds)[name] ?? {};
  const discovered = api
    .discover(apiGroup)
    .flatMap(({ version, resources }) =>
      resources.filter((r) => r.kind === name).map((r) => `${version} ${r.namespaced}`),
    );
  return { served, discovered, known: versions };
}

const examples: Readonly<Record<SmiKindName, KubernetesObject>> = {
  TrafficTarget: target("v1alpha3"),
  HTTPRouteGroup: group("v1alpha4"),
  TCPRoute: route("v1alpha4"),
  UDPRoute: route("v1alpha4", [], "UDPRoute"),
  TrafficSplit: split("v1alpha4"),
};

describe.each(smiKindNames)("a fault of the definition of %s", (name) => {
  const others = smiKindNames.filter((other) => other !== name);
  const notServed = "404 NotFound: the server could not find the requested resource";
  const good = () => smiServer(newestVersions);
  const version = examples[name].apiVersion.split("/")[1] ?? "";

  it.each<[keyof ApiFaults, object, readonly string[], string]>([
    ["crdMissing", {}, [], notServed],
    ["crdClusterScoped", { scope: "Cluster" }, [`${version} false`], "accepted"],
    ["crdNamesNotAccepted", { namesAccepted: false, established: false }, [], notServed],
    ["crdUnknownVersion", { versions: [], unknownVersions: ["v1beta1"] }, ["v1beta1 true"], notServed],
    ["crdUndiscovered", { established: true, scope: "Namespaced" }, [], "accepted"],
  ])("%s is seen, and the other kinds are as they were", (fault, served, discovered, answer) => {
    const api = smiServer(newestVersions, { [fault]: name });
    const found = seen(api, name);
    expect(found.served).toMatchObject(served);
    if (fault === "crdMissing") expect(found.served).toEqual({});
    expect(found.discovered).toEqual(discovered);
    expect(told(api.create(examples[name]))).toBe(answer);
    for (const other of others) {
      expect(seen(api, other)).toEqual(seen(good(), other));
      expect(bodyOf(must(api.create(examples[other])))).toEqual(bodyOf(examples[other]));
    }
  });

  it("is not there by itself", () => {
    expect(seen(good(), name).served).toMatchObject({
      scope: "Namespaced",
      established: true,
      namesAccepted: true,
      unknownVersions: [],
    });
    expect(seen(good(), name).discovered).toEqual([`${version} true`]);
  });
});

describe("a fault of versions that are not served", () => {
  const old = target("v1alpha2");

  it("servesUnservedVersions takes and reads them, and the definition does not say so", () => {
    expect(told(smiServer(newestVersions).create(target("v1alpha4")))).toMatch(/^404/);
    const api = smiServer(newestVersions, { servesUnservedVersions: true });
    expect(told(api.create(target("v1alpha4")))).toBe("accepted");
    expect(
      bodyOf(api.get({ ...refOf(target("v1alpha4")), apiVersion: "access.smi-spec.io/v1alpha3" }) as never),
    ).toEqual(bodyOf(target("v1alpha4")));
    expect(seen(api, "TrafficTarget").served).toEqual(seen(smiServer(newestVersions), "TrafficTarget").served);
  });

  it("blamesUnservedObjects finds fault with the object, and with none that is served or of another group", () => {
    expect(told(smiServer(newestVersions).create(old))).toMatch(/^404 NotFound: the server could not find/);
    const api = smiServer(newestVersions, { blamesUnservedObjects: true });
    expect(told(api.create(old))).toMatch(/^422 Invalid: TrafficTarget.access.smi-spec.io "x" is invalid/);
    expect(told(api.apply(old))).toMatch(/^422/);
    expect(told(api.create(target("v1alpha3")))).toBe("accepted");
    expect(told(api.create(thing("v1", "a", {})))).toMatch(/^404/);
  });
});

const allVersions = { access: ALL, specs: ALL, split: ALL };

describe("a fault of conversion", () => {
  /** Written in one version and read in another; the body alone. */
  function converted(object: KubernetesObject, version: string, fault: ApiFaults): unknown {
    const api = smiServer(allVersions, fault);
    must(api.create(object));
    const apiVersion = `${object.apiVersion.split("/")[0]}/${version}`;
    return bodyOf(must({ accepted: true, stored: api.get({ ...refOf(object), apiVersion }) as KubernetesObject }));
  }

  it("losesPortInConversion drops the port, and nothing else", () => {
    const fault = { losesPortInConversion: true } as const;
    expect(converted(portTarget("v1alpha2"), "v1alpha3", fault)).toEqual(bodyOf(target("v1alpha3")));
    expect(converted(portTarget("v1alpha1"), "v1alpha1", fault)).toEqual(bodyOf(target("v1alpha1")));
    expect(converted(route("v1alpha4", [1]), "v1alpha4", fault)).toEqual(bodyOf(route("v1alpha4", [1])));
  });

  it("convertsWeightDigits takes digits without their unit, and nothing else", () => {
    const fault = { convertsWeightDigits: true } as const;
    expect(converted(split("v1alpha1", ["1", "500m", "0.5"]), "v1alpha4", fault)).toEqual(
      bodyOf(split("v1alpha4", [1, 500, 5])),
    );
    expect(converted(split("v1alpha4", [75, 25]), "v1alpha2", fault)).toEqual(bodyOf(split("v1alpha2", [75, 25])));
    expect(converted(split("v1alpha4", [75]), "v1alpha1", fault)).toEqual(bodyOf(split("v1alpha1", ["75"])));
  });
});

describe("the switches of the API server", () => {
  /** Everything that a client sees of a server: how objects fare, what is served, and what is read in each version. */
  function observed(versions: SmiVersions, faults: ApiFaults): string {
    const objects = [...cases.map(([, object]) => object), ...whole, target("v1alpha2"), portTarget("v1alpha2")];
    const fates = [...objects, split("v1alpha1", ["1", "500m"])].map((object) => {
      const api = smiServer(versions, faults);
      const answer = api.create(object);
      const group = object.apiVersion.split("/")[0] ?? "";
      const read = ALL.map((version) => api.get({ ...refOf(object), apiVersion: `${group}/${version}` }));
      return [told(answer), answer.accepted && bodyOf(answer.stored), read.map((one) => one && bodyOf(one))];
    });
    const api = smiServer(versions, faults);
    return JSON.stringify([fates, smiKindNames.map((name) => seen(api, name))]);
  }
  const sound = [newestVersions, allVersions].map((versions) => observed(versions, {}));

  const values: Partial<ApiFaults> = { servesInstead: { specs: ["v1alpha2"] } };
  const switches = Object.entries(apiFaults).map(([name, fault]) => {
    const given = values[name as keyof ApiFaults];
    return [name, given ?? (typeof fault === "function" ? "TrafficSplit" : true)] as const;
  });

  it.each(switches)("%s makes a difference that a client sees", (name, value) => {
    expect([newestVersions, allVersions].map((versions) => observed(versions, { [name]: value }))).not.toEqual(sound);
  });

  it("are used by the mutants, except for those that no assertion could notice", () => {
    const unused = [
      // Breaks nothing: to store such a port and grant nothing by it is as good as to refuse it.
      "acceptsAnyPort",
      // Leaves another object stored than was sent, so that what the mesh does with it is INCONCLUSIVE.
      "roundsWeights",
    ];
    const used = new Set(mutants.flatMap(({ faults }) => Object.keys(faults)));
    expect(Object.keys(apiFaults).filter((name) => !used.has(name))).toEqual(unused);
  });
});
