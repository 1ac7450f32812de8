/** Traffic Access: whether a server lets in what has arrived. Always decided at the server's side (traffic-access v1alpha3, line 110). */
import type { Inbound } from "../data-plane.ts";
import { accountNamed, compileGrant, type Grant, indexRoutes } from "./grant.ts";
import { accountOf, callerOf } from "./identity.ts";
import type { Choices } from "./open-choices.ts";
import { type Account, keyOf, type Policy, type Target } from "./policy.ts";

export interface Access {
  admits(call: Inbound): boolean;
}

/** Whose pods a target opens: "all the pods which have the `service-a` `ServiceAccount`" (line 96). Undefined for nobody's. */
export function destinationOf(target: Target, choices: Choices): Account | undefined {
  const destination = accountNamed(target.destination, target, choices);
  const isForeign = destination?.namespace !== target.namespace;
  return isForeign && choices.foreignTarget === "ignored" ? undefined : destination;
}

/** The grants by destination. */
function compileGrants(policy: Policy, choices: Choices): ReadonlyMap<string, readonly Grant[]> {
  const routes = indexRoutes(policy);
  const byDestination = new Map<string, Grant[]>();
  for (const target of policy.targets) {
    const destination = destinationOf(target, choices);
    if (destination === undefined) continue;
    const grants = byDestination.get(keyOf(destination)) ?? [];
    grants.push(compileGrant(target, routes, choices));
    byDestination.set(keyOf(destination), grants);
  }
  return byDestination;
}

/**
 * "Only pods which have a `ServiceAccount` which is named in the sources list are allowed to connect" (line 115). "Any pod which
 * attempts to connect and is not in the defined list of sources will be denied" (line 25).
 */
function isFromSource(grant: Grant, call: Inbound, choices: Choices): boolean {
  const caller = callerOf(call);
  if (caller === undefined) return choices.unmeshedClients === "allowed";
  return grant.sources.some((source) => keyOf(source) === keyOf(caller));
}

export function compileAccess(policy: Policy, choices: Choices): Access {
  const byDestination = compileGrants(policy, choices);
  return {
    // "Access control in this specification is additive, all traffic is denied by default" (line 15).
    admits(call) {
      const grants = byDestination.get(keyOf(accountOf(call.to))) ?? [];
      return grants.some((grant) => isFromSource(grant, call, choices) && grant.covers(call));
    },
  };
}
