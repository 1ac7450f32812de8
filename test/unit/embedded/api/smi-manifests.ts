/** SMI objects in the shape of each version, as smi-spec `apis/*` shows them. */
import type { KubernetesObject } from "../../../../src/domain/kubernetes/object.ts";

export const ALL = ["v1alpha1", "v1alpha2", "v1alpha3", "v1alpha4"] as const;

const metadata = { name: "x", namespace: "n" };
const account = (name: string) => ({ kind: "ServiceAccount", name, namespace: "n" });
const isOld = (version: string) => version === "v1alpha1" || version === "v1alpha2";

const object = (group: string, version: string, kind: string, body: object): KubernetesObject => ({
  apiVersion: `${group}.smi-spec.io/${version}`,
  kind,
  metadata,
  ...body,
});

export function target(version: string, change: object = {}): KubernetesObject {
  const rules = [{ kind: "HTTPRouteGroup", name: "routes", matches: ["m"] }];
  const fields = {
    destination: account("b"),
    sources: [account("a")],
    [version === "v1alpha1" ? "specs" : "rules"]: rules,
  };
  const body = { ...fields, ...change };
  return object("access", version, "TrafficTarget", version === "v1alpha1" ? body : { spec: body });
}

export const portTarget = (version: string, port: unknown = 8080): KubernetesObject =>
  target(version, { destination: { ...account("b"), port } });

export function group(
  version: string,
  matches: readonly object[] = [{ name: "m", pathRegex: "/a", methods: ["GET"] }],
): KubernetesObject {
  return object("specs", version, "HTTPRouteGroup", isOld(version) ? { matches } : { spec: { matches } });
}

export function route(version: string, ports?: unknown, kind = "TCPRoute"): KubernetesObject {
  if (isOld(version)) return object("specs", version, kind, {});
  return object("specs", version, kind, { spec: version === "v1alpha3" ? {} : { matches: { ports: ports ?? [] } } });
}

export function split(
  version: string,
  weights: readonly unknown[] = version === "v1alpha1" ? ["1", "500m"] : [75, 25],
  change: object = {},
): KubernetesObject {
  const backends = weights.map((weight, index) => ({ service: `v${index + 1}`, weight }));
  return object("split", version, "TrafficSplit", { spec: { service: "root", backends, ...change } });
}

export const bodyOf = (o: KubernetesObject | undefined): unknown => {
  if (o === undefined) return undefined;
  const { apiVersion: _a, kind: _k, metadata: _m, ...body } = o;
  return body;
};
