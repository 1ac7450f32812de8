/** The examples of the specification, word for word, with the tables that it gives for them. */

import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import type { KubernetesObject } from "../../../../src/domain/kubernetes/object.ts";
import type { PodIdentity } from "../../../../src/embedded/data-plane.ts";
import { compileAccess } from "../../../../src/embedded/reference/access.ts";
import { defaultChoices } from "../../../../src/embedded/reference/open-choices.ts";
import { parse } from "../../../../src/embedded/reference/parse.ts";
import type { Policy, PolicyObject } from "../../../../src/embedded/reference/policy.ts";
import { split } from "./objects.ts";
import { createWorld, pod } from "./world.ts";

const groups: Readonly<Record<string, string>> = {
  TCPRoute: "specs.smi-spec.io/v1alpha4",
  UDPRoute: "specs.smi-spec.io/v1alpha4",
  HTTPRouteGroup: "specs.smi-spec.io/v1alpha4",
  TrafficTarget: "access.smi-spec.io/v1alpha3",
};

/** The examples leave out apiVersion, and often the namespace, which is then `default`. */
function policyOf(yaml: string): Policy {
  const objects = parseAllDocuments(yaml).map((document) => {
    const object = document.toJS() as KubernetesObject;
    const metadata = { namespace: "default", ...object.metadata };
    return parse({ ...object, apiVersion: object.apiVersion ?? groups[object.kind] ?? "", metadata });
  });
  const ofKind = <Kind extends PolicyObject["kind"]>(...kinds: readonly Kind[]) =>
    objects.filter((o): o is Extract<PolicyObject, { kind: Kind }> => (kinds as readonly unknown[]).includes(o?.kind));
  return {
    targets: ofKind("TrafficTarget"),
    groups: ofKind("HTTPRouteGroup"),
    portRoutes: ofKind("TCPRoute", "UDPRoute"),
    splits: ofKind("TrafficSplit"),
  };
}

const podOf = (account: string): PodIdentity => pod(account, "default", account, 1);

/** traffic-access v1alpha3, lines 125 to 189. */
const l7 = `
kind: TCPRoute
metadata: {name: api-service-port}
spec: {matches: {ports: [8080]}}
---
kind: HTTPRouteGroup
metadata: {name: api-service-routes}
spec:
  matches:
  - {name: api, pathRegex: /api, methods: ["*"]}
  - {name: metrics, pathRegex: /metrics, methods: ["GET"]}
---
kind: TrafficTarget
metadata: {name: api-service-metrics, namespace: default}
spec:
  destination: {kind: ServiceAccount, name: api-service, namespace: default}
  rules:
  - {kind: TCPRoute, name: api-service-port}
  - {kind: HTTPRouteGroup, name: api-service-routes, matches: [metrics]}
  sources: [{kind: ServiceAccount, name: prometheus, namespace: default}]
---
kind: TrafficTarget
metadata: {name: api-service-api, namespace: default}
spec:
  destination: {kind: ServiceAccount, name: api-service, namespace: default}
  rules:
  - {kind: TCPRoute, name: api-service-port}
  - {kind: HTTPRouteGroup, name: api-service-routes, matches: [api]}
  sources:
  - {kind: ServiceAccount, name: website-service, namespace: default}
  - {kind: ServiceAccount, name: payments-service, namespace: default}
`;

/** traffic-access v1alpha1, lines 125 to 172: the same without \`spec\`, with \`specs\`, and with a port on the second. */
const l7Oldest = `
apiVersion: specs.smi-spec.io/v1alpha2
kind: HTTPRouteGroup
metadata: {name: api-service-routes}
matches:
- {name: api, pathRegex: /api, methods: ["*"]}
- {name: metrics, pathRegex: /metrics, methods: ["GET"]}
---
apiVersion: access.smi-spec.io/v1alpha1
kind: TrafficTarget
metadata: {name: api-service-metrics, namespace: default}
destination: {kind: ServiceAccount, name: api-service, namespace: default}
specs: [{kind: HTTPRouteGroup, name: api-service-routes, matches: [metrics]}]
sources: [{kind: ServiceAccount, name: prometheus, namespace: default}]
---
apiVersion: access.smi-spec.io/v1alpha1
kind: TrafficTarget
metadata: {name: api-service-api, namespace: default}
destination: {kind: ServiceAccount, name: api-service, namespace: default, port: 8080}
specs: [{kind: HTTPRouteGroup, name: api-service-routes, matches: [api]}]
sources:
- {kind: ServiceAccount, name: website-service, namespace: default}
- {kind: ServiceAccount, name: payments-service, namespace: default}
`;

describe("the example for L7", () => {
  /** The table of lines 192 to 198, and what it leaves out. */
  const table: readonly (readonly [string, string, string, boolean])[] = [
    ["website-service", "GET", "/api", true],
    ["website-service", "DELETE", "/api", true],
    ["payments-service", "POST", "/api", true],
    ["prometheus", "GET", "/metrics", true],
    ["prometheus", "POST", "/metrics", false],
    ["prometheus", "GET", "/api", false],
    ["website-service", "GET", "/metrics", false],
    ["payments-service", "GET", "/other", false],
    ["api-service", "GET", "/api", false],
  ];
  const asked = (yaml: string, port: number) => {
    const access = compileAccess(policyOf(yaml), defaultChoices);
    return table.map(([source, method, path]) =>
      access.admits({
        from: podOf(source),
        to: podOf("api-service"),
        port,
        transport: "http",
        request: { method, path, headers: {} },
      }),
    );
  };
  const allowed = table.map(([, , , is]) => is);

  it.each([
    ["access v1alpha3 and specs v1alpha4", l7],
    ["access v1alpha1 and specs v1alpha2", l7Oldest],
  ])("allows what its table has, and no more, in %s", (_, yaml) => {
    expect(asked(yaml, 8080)).toEqual(allowed);
  });

  it("allows nothing on other ports where a TCPRoute names one", () => {
    expect(asked(l7, 9090)).not.toContain(true);
  });

  it("allows the target without a port on every port, in v1alpha1", () => {
    expect(asked(l7Oldest, 9090)).toEqual(table.map(([source, , , is]) => is && source === "prometheus"));
  });
});

/** traffic-access v1alpha3, lines 206 to 241. */
const l4 = `
kind: TCPRoute
metadata: {name: tcp-ports}
spec: {matches: {ports: [8301, 8302, 8300]}}
---
kind: UDPRoute
metadata: {name: udp-ports}
spec: {matches: {ports: [8301, 8302]}}
---
kind: TrafficTarget
metadata: {name: protocal-specific}
spec:
  destination: {kind: ServiceAccount, name: server, namespace: default}
  rules: [{kind: TCPRoute, name: tcp-ports}, {kind: UDPRoute, name: udp-ports}]
  sources: [{kind: ServiceAccount, name: client, namespace: default}]
`;

it("the example for L4 allows TCP on three ports and UDP on two (line 244)", () => {
  const access = compileAccess(policyOf(l4), defaultChoices);
  const ask = (transport: "tcp" | "udp", source: string) =>
    [8300, 8301, 8302, 8303].map((port) =>
      access.admits({ from: podOf(source), to: podOf("server"), port, transport }),
    );
  expect(ask("tcp", "client")).toEqual([true, true, true, false]);
  expect(ask("udp", "client")).toEqual([false, true, true, false]);
  expect([...ask("tcp", "server"), ...ask("udp", "server")]).not.toContain(true);
});

/** traffic-specs v1alpha4, lines 80 to 133. Headers as the list of the published CRDs and as the map of the text. */
describe("the examples of header filters", () => {
  const asMap = { "user-agent": ".*Android.*", cookie: "^(.*?;)?(type=insider)(;.*)?$" };
  const asList = Object.entries(asMap).map(([name, value]) => ({ [name]: value }));
  const yaml = (headers: unknown) => `
kind: HTTPRouteGroup
metadata: {name: the-routes}
spec:
  matches:
  - {name: android-insiders, headers: ${JSON.stringify(headers)}}
  - {name: firefox-users, headers: ${JSON.stringify(Array.isArray(headers) ? [{ "user-agent": ".*Firefox.*" }] : { "user-agent": ".*Firefox.*" })}}
---
kind: TrafficTarget
metadata: {name: all-matches}
spec:
  destination: {kind: ServiceAccount, name: server, namespace: default}
  rules: [{kind: HTTPRouteGroup, name: the-routes}]
  sources: [{kind: ServiceAccount, name: client, namespace: default}]
`;
  const table: readonly (readonly [Record<string, string>, boolean])[] = [
    [{ "user-agent": "Linux; Android 14", cookie: "a=b;type=insider;c=d" }, true],
    [{ "user-agent": "Linux; Android 14", cookie: "type=outsider" }, false],
    [{ "user-agent": "Linux; Android 14" }, false],
    [{ cookie: "type=insider" }, false],
    [{ "user-agent": "Firefox/115" }, true],
    [{}, false],
  ];
  it.each([
    ["a map", asMap],
    ["a list", asList],
  ])("written as %s", (_, headers) => {
    const access = compileAccess(policyOf(yaml(headers)), defaultChoices);
    const ask = (given: Record<string, string>) =>
      access.admits({
        from: podOf("client"),
        to: podOf("server"),
        port: 80,
        transport: "http",
        request: { method: "PUT", path: "/any", headers: given },
      });
    expect(table.map(([given]) => ask(given))).toEqual(table.map(([, is]) => is));
  });
});

it("the workflow of a rollout (traffic-split v1alpha4, lines 217 to 298)", () => {
  const world = createWorld();
  const stage = () => world.share("a", "root");
  const seen = [stage()];
  // foobar-v2 is named before it is there.
  world.apply(split("rollout", "root", { v1: 100, "not-yet": 0 }));
  seen.push(stage());
  world.apply(split("rollout", "root", { v1: 100, v2: 0 }));
  seen.push(stage(), world.share("a", "v2"));
  world.apply(split("rollout", "root", { v1: 1000, v2: 500 }));
  seen.push(stage());
  world.apply(split("rollout", "root", { v2: 1 }));
  seen.push(stage());
  world.remove("TrafficSplit", "rollout");
  seen.push(stage(), world.warnings());
  expect(seen).toEqual(["plain 100", "v1 100", "v1 100", "plain 100", "v1 67, v2 33", "v2 100", "plain 100", ""]);
});
