/** Traffic Access: whether a server lets in what has arrived. Asked on the server's side, always (traffic-access v1alpha3, line 110). */
import type { Inbound } from "../data-plane.ts";
import type { MeshFaults } from "../mutants/mesh-faults.ts";
import { accountNamed, compileGrant, type Grant, indexRoutes } from "./grant.ts";
import { accountOf, callerOf, isSame } from "./identity.ts";
import type { Choices } from "./open-choices.ts";
import { keyOf, type Policy } from "./policy.ts";
import { anyOf, compileMatch } from "./routes.ts";

export interface Access {
  admits(call: Inbound): boolean;
}

/** The grants of each destination, so that a call meets those of its own alone. */
function indexGrants(policy: Policy, choices: Choices, faults: MeshFaults): ReadonlyMap<string, readonly Grant[]> {
  const routes = indexRoutes(policy);
  const byDestination = new Map<string, Grant[]>();
  for (const target of policy.targets) {
    const destination = accountNamed(target.destination, target, choices);
    if (destination === undefined) continue;
    if (choices.foreignTarget === "ignored" && destination.namespace !== target.namespace) continue;
    const key = faults.ignoresDestination ? destination.namespace : keyOf(destination);
    const grants = byDestination.get(key) ?? [];
    grants.push(compileGrant(target, routes, choices, faults));
    byDestination.set(key, grants);
  }
  return byDestination;
}

/** "Only pods which have a `ServiceAccount` which is named in the sources list are allowed to connect" (line 115). */
function isFromSource(grant: Grant, call: Inbound, choices: Choices, faults: MeshFaults): boolean {
  if (faults.ignoresSources || faults.ignoresSourcesOf === call.transport) return true;
  if (faults.emptySourcesGrantAll && grant.target.sources.length === 0) return true;
  if (faults.trustsForwardedFor && call.request?.headers["x-forwarded-for"] !== undefined) return true;
  const caller = callerOf(call, faults);
  // "Any pod which attempts to connect and is not in the defined list of sources will be denied" (line 25).
  if (caller === undefined) return choices.unmeshedClients === "allowed" || faults.unmeshedClientsPass === true;
  if (faults.identityByAddress && grant.target.roster?.get(call.from?.address ?? "") !== keyOf(caller)) return false;
  return grant.sources.some((source) => isSame(source, caller, faults));
}

export function compileAccess(policy: Policy, choices: Choices, faults: MeshFaults): Access {
  const byDestination = indexGrants(policy, choices, faults);
  const openRoutes = faults.routesOpenAlone ? compileOpenRoutes(policy, choices, faults) : undefined;
  return {
    admits(call) {
      if (faults.ignoresTransport === call.transport) return true;
      if (faults.ignoresHttp2 && call.request?.protocol === "h2c") return true;
      if (call.request && openRoutes?.get(call.to.namespace)?.(call.request)) return true;
      const to = accountOf(call.to);
      // "This example selects all the pods which have the `service-a` `ServiceAccount`" (line 96).
      const grants = byDestination.get(faults.ignoresDestination ? to.namespace : keyOf(to));
      // "Access control in this specification is additive, all traffic is denied by default" (line 15).
      if (grants === undefined) return faults.opensWithoutTarget === call.transport;
      if (faults.newPodsDoNotEnforce && !grants.every(({ target }) => target.roster?.has(call.to.address))) return true;
      return grants.some((grant) => isFromSource(grant, call, choices, faults) && grant.covers(call));
    },
  };
}

/** For the fault that routes are in force by themselves, against traffic-specs v1alpha4, lines 46 and 201. */
function compileOpenRoutes({ groups }: Policy, choices: Choices, faults: MeshFaults) {
  const namespaces = new Set(groups.map(({ namespace }) => namespace));
  return new Map(
    [...namespaces].map((namespace) => [
      namespace,
      anyOf(
        groups
          .filter((group) => group.namespace === namespace)
          .flatMap(({ matches }) => matches.map((match) => compileMatch(match, choices, faults))),
      ),
    ]),
  );
}
