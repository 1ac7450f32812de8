/** Faults in who is taken for the caller, or for the callee: the call is rewritten, and the policy with it where that is needed. */
import type { Inbound, PodIdentity, Transport } from "../../data-plane.ts";
import { JOINED_LABEL } from "../../reference/identity.ts";
import type { Subject, Target } from "../../reference/policy.ts";
import type { FaultTable } from "../fault-table.ts";
import type { MeshFault } from "./fault.ts";

/** No account can have this name, nor a namespace. */
const ANYONE = "<anyone>";
const anyone: Subject = { kind: "ServiceAccount", name: ANYONE, namespace: ANYONE };

/** The pod as one of the mesh, with another identity. */
const as = (pod: PodIdentity, identity: Partial<Pick<PodIdentity, "namespace" | "account">> = {}): PodIdentity => ({
  ...pod,
  ...identity,
  labels: { ...pod.labels, [JOINED_LABEL]: "true" },
});
const fromAnyone = (call: Inbound): Inbound => ({
  ...call,
  from: as(call.from ?? call.to, { namespace: ANYONE, account: ANYONE }),
});

const onSources = (change: (source: Subject, target: Target) => Subject): MeshFault => ({
  policy: (policy) => ({
    ...policy,
    targets: policy.targets.map((target) => ({
      ...target,
      sources: target.sources.map((source) => change(source, target)),
    })),
  }),
});

/** Rewrites the caller; one without a pod has nothing to rewrite. */
const onCaller = (change: (from: PodIdentity) => PodIdentity): MeshFault => ({
  access: (access) => ({
    admits: (call) => access.admits(call.from === undefined ? call : { ...call, from: change(call.from) }),
  }),
});

/** Whoever makes such a call passes as a source of such a target. */
const opening = (isOpen: (target: Target) => boolean, isMeant: (call: Inbound) => boolean): MeshFault => ({
  policy: (policy) => ({
    ...policy,
    targets: policy.targets.map((target) =>
      isOpen(target) ? { ...target, sources: [...target.sources, anyone] } : target,
    ),
  }),
  access: (access) => ({
    admits: (call) => access.admits(call) || (isMeant(call) && access.admits(fromAnyone(call))),
  }),
});

const ofEvery = () => true;

export const callerFaults = {
  /** Whoever calls on a granted route is let in. */
  ignoresSources: opening(ofEvery, ofEvery),
  /** The same, on this transport alone. */
  ignoresSourcesOf: (transport: Transport) => opening(ofEvery, (call) => call.transport === transport),
  emptySourcesGrantAll: opening(({ sources }) => sources.length === 0, ofEvery),
  /** A request with `X-Forwarded-For` is taken for one that another proxy has let in. */
  trustsForwardedFor: opening(ofEvery, ({ request }) => request?.headers["x-forwarded-for"] !== undefined),
  /** The header `ServiceName` is taken for the identity of its sender, in the namespace of the server. */
  trustsServiceName: {
    access: (access) => ({
      admits(call) {
        const claim = call.request?.headers.servicename;
        if (typeof claim !== "string") return access.admits(call);
        return access.admits({ ...call, from: as(call.to, { account: claim }) });
      },
    }),
  },
  /** A client outside the mesh passes for any source. */
  unmeshedClientsPass: { choices: { unmeshedClients: "allowed" } },
  /** Sources are compared by name. */
  ignoresSourceNamespace: {
    ...onSources((source) => ({ ...source, namespace: ANYONE })),
    ...onCaller((from) => ({ ...from, namespace: ANYONE })),
  },
  /** A source stands for every account of its namespace. */
  widensSourceToNamespace: {
    ...onSources((source) => ({ ...source, name: ANYONE })),
    ...onCaller((from) => ({ ...from, account: ANYONE })),
  },
  /** A target grants at every destination of its namespace. */
  ignoresDestination: {
    policy: (policy) => ({
      ...policy,
      targets: policy.targets.map((target) => ({
        ...target,
        destination: target.destination && { ...target.destination, name: ANYONE },
      })),
    }),
    access: (access) => ({ admits: (call) => access.admits({ ...call, to: { ...call.to, account: ANYONE } }) }),
  },
} satisfies FaultTable<MeshFault>;
