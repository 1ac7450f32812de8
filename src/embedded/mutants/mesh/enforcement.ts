/** Faults in what is enforced, and where: wrappers of what lets calls in, and of the data plane. */
import type { Inbound, PodIdentity, Transport } from "../../data-plane.ts";
import { type Access, destinationOf } from "../../reference/access.ts";
import { drawOne } from "../../reference/draw.ts";
import { accountOf, isJoined } from "../../reference/identity.ts";
import { ALLOWED, UNTOUCHED } from "../../reference/mesh.ts";
import type { Choices } from "../../reference/open-choices.ts";
import { keyOf, type Policy, type Target } from "../../reference/policy.ts";
import { anyOf, compileMatch } from "../../reference/routes.ts";
import type { FaultTable } from "../fault-table.ts";
import type { MeshFault } from "./fault.ts";

/** Targets whose destination is this pod. */
export function targetsOf(pod: PodIdentity, policy: Policy, choices: Choices): readonly Target[] {
  const key = keyOf(accountOf(pod));
  return policy.targets.filter((target) => {
    const destination = destinationOf(target, choices);
    return destination !== undefined && keyOf(destination) === key;
  });
}

/** Lets in more than it should. `compile` is called when the policy has changed. */
export const alsoAdmits = (
  compile: (access: Access, policy: Policy, choices: Choices) => (call: Inbound) => boolean,
): MeshFault => ({
  access(access, policy, choices) {
    const passes = compile(access, policy, choices);
    return { admits: (call) => passes(call) || access.admits(call) };
  },
});

export const enforcementFaults = {
  /** Destinations that no TrafficTarget names let this transport in. */
  opensWithoutTarget: (transport: Transport) =>
    alsoAdmits(
      (_, policy, choices) => (call) =>
        call.transport === transport && targetsOf(call.to, policy, choices).length === 0,
    ),
  /** Traffic of this transport is let in by every destination. */
  ignoresTransport: (transport: Transport) => alsoAdmits(() => (call) => call.transport === transport),
  /** HTTP/2 is let in by every destination. */
  ignoresHttp2: alsoAdmits(
    () =>
      ({ request }) =>
        request?.protocol === "h2c",
  ),
  /** A TCPRoute lets UDP in as well. */
  tcpRouteOpensUdp: alsoAdmits(
    (access) => (call) => call.transport === "udp" && access.admits({ ...call, transport: "tcp" }),
  ),
  /** A UDPRoute lets TCP in as well. */
  udpRouteOpensTcp: alsoAdmits(
    (access) => (call) => call.transport === "tcp" && access.admits({ ...call, transport: "udp" }),
  ),
  /** HTTPRouteGroups are in force without a target: their routes are open to all at every server of their namespace. */
  routesOpenAlone: alsoAdmits((_, { groups }, choices) => {
    const tests = Map.groupBy(groups, ({ namespace }) => namespace);
    const open = new Map(
      [...tests].map(([namespace, all]) => [
        namespace,
        anyOf(all.flatMap(({ matches }) => matches.map((match) => compileMatch(match, choices)))),
      ]),
    );
    return ({ to, request }) => request !== undefined && open.get(to.namespace)?.(request) === true;
  }),
  /** The client's side enforces, and the server's does not. */
  enforcesAtClientOnly: {
    dataPlane: (dataPlane, random) => ({
      admit: (inbound) => (isJoined(inbound.to) ? ALLOWED : UNTOUCHED),
      route(outbound, services) {
        const found = dataPlane.route(outbound, services);
        if (found === "refused" || !isJoined(outbound.from)) return found;
        const endpoint = found ?? drawOne(services.endpoints(outbound.service, outbound.port), random());
        if (endpoint === undefined) return "refused";
        const { kind } = dataPlane.admit({ ...outbound, to: endpoint.pod, port: endpoint.port });
        return kind === "allow" ? endpoint : "refused";
      },
    }),
  },
  /** Refused requests go to the application, which answers 403 in its own name. */
  refusesAsApplication: {
    dataPlane: (dataPlane) => ({
      ...dataPlane,
      admit(inbound) {
        const answer = dataPlane.admit(inbound);
        return answer.kind === "allow" || inbound.transport !== "http" ? answer : { kind: "as-application" };
      },
    }),
  },
  /** Share of the allowed traffic that is never answered. */
  dropsAllowed: (share: number) => ({
    dataPlane: (dataPlane, random) => ({
      ...dataPlane,
      admit(inbound) {
        const answer = dataPlane.admit(inbound);
        return answer === ALLOWED && random() < share ? { kind: "hang" } : answer;
      },
    }),
  }),
  /** Share of the allowed requests that are answered 503. */
  failsAllowed: (share: number) => ({
    dataPlane: (dataPlane, random) => ({
      ...dataPlane,
      admit(inbound) {
        const answer = dataPlane.admit(inbound);
        const fails = answer === ALLOWED && inbound.transport === "http" && random() < share;
        return fails ? { kind: "refuse", status: 503 } : answer;
      },
    }),
  }),
} satisfies FaultTable<MeshFault>;
