/** SMI objects of the newest versions, in few words. */
import type { KubernetesObject } from "../../../../src/domain/kubernetes/object.ts";

type Fields = Readonly<Record<string, unknown>>;
const object = (apiVersion: string, kind: string, name: string, spec: Fields, namespace: string): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
  spec,
});

export const account = (name: string, namespace = "n1") => ({ kind: "ServiceAccount", name, namespace });
export const http = (name: string, ...matches: readonly string[]) => ({
  kind: "HTTPRouteGroup",
  name,
  ...(matches.length === 0 ? {} : { matches }),
});
export const tcp = (name: string) => ({ kind: "TCPRoute", name });
export const udp = (name: string) => ({ kind: "UDPRoute", name });

export const group = (name: string, ...matches: readonly Fields[]) =>
  object("specs.smi-spec.io/v1alpha4", "HTTPRouteGroup", name, { matches }, "n1");
export const tcpRoute = (name: string, ...ports: readonly number[]) =>
  object("specs.smi-spec.io/v1alpha4", "TCPRoute", name, { matches: { ports } }, "n1");
export const udpRoute = (name: string, ...ports: readonly number[]) =>
  object("specs.smi-spec.io/v1alpha4", "UDPRoute", name, { matches: { ports } }, "n1");

type Subject = string | Fields;
const subject = (given: Subject) => (typeof given === "string" ? account(given) : given);

/** Names are ServiceAccounts of n1. */
export const target = (
  name: string,
  sources: readonly Subject[],
  destination: Subject,
  rules: readonly Fields[],
  namespace = "n1",
) =>
  object(
    "access.smi-spec.io/v1alpha3",
    "TrafficTarget",
    name,
    { destination: subject(destination), sources: sources.map(subject), rules },
    namespace,
  );

export const split = (
  name: string,
  service: string,
  backends: Readonly<Record<string, number | string>>,
  matches: readonly string[] = [],
  namespace = "n1",
) =>
  object(
    "split.smi-spec.io/v1alpha4",
    "TrafficSplit",
    name,
    {
      service,
      backends: Object.entries(backends).map(([backend, weight]) => ({ service: backend, weight })),
      ...(matches.length === 0 ? {} : { matches: matches.map((match) => ({ kind: "HTTPRouteGroup", name: match })) }),
    },
    namespace,
  );

/** Every request. */
export const everything = group("all", { name: "all", pathRegex: ".*", methods: ["*"] });
