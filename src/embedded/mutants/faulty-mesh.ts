/** The reference mesh with faults: its parts, each wrapped by the faults that concern it. */
import type { Clock, WatchEvent } from "../../ports.ts";
import type { ApiServer } from "../api-server.ts";
import { createReferenceMesh, type Mesh, type MeshOptions, type MeshParts, smiParts } from "../reference/mesh.ts";
import type { Choices } from "../reference/open-choices.ts";
import { type Change, keyOf, type Policy, type PolicyObject } from "../reference/policy.ts";
import { createPropagation } from "../reference/propagation.ts";
import { switchedOn } from "./fault-table.ts";
import type { MeshFault, PodAccounts } from "./mesh/fault.ts";
import { type MeshFaults, meshFaults } from "./mesh-faults.ts";

/** `namespace/account` by address of every running pod. */
function podAccountsOf(api: ApiServer): PodAccounts {
  return new Map(
    api.list({ apiVersion: "v1", kind: "Pod" }).flatMap(({ metadata, spec, status }) => {
      const address = (status as { podIP?: string } | undefined)?.podIP;
      const account = (spec as { serviceAccountName?: string } | undefined)?.serviceAccountName ?? "default";
      return address === undefined ? [] : [[address, `${metadata.namespace ?? ""}/${account}`] as const];
    }),
  );
}

/** The object of this identity in the policy. Under one name another uid is another object. */
function known({ kind, uid, ...named }: PolicyObject, policy: Policy): PolicyObject | undefined {
  const all: readonly PolicyObject[] = [...policy.targets, ...policy.groups, ...policy.portRoutes, ...policy.splits];
  return all.find((one) => one.kind === kind && one.uid === uid && keyOf(one) === keyOf(named));
}

/** The policy as a mesh with these faults understands it. */
export function applyPolicyFaults(policy: Policy, faults: readonly MeshFault[]): Policy {
  return faults.reduce((read, fault) => fault.policy?.(read) ?? read, policy);
}

/** The change as a mesh with these faults takes it in; undefined where it takes in nothing. */
export function applyUpdateFaults(
  change: Change,
  policy: Policy,
  podAccounts: () => PodAccounts,
  faults: readonly MeshFault[],
): Change | undefined {
  const memory = { before: known(change.object, policy), policy, podAccounts };
  return faults.reduce<Change | undefined>(
    (read, fault) => (read === undefined || fault.change === undefined ? read : fault.change(read, memory)),
    change,
  );
}

/** The API server, some of whose events arrive late. */
function withLateEvents(api: ApiServer, clock: Clock, { kind, type, ms }: NonNullable<MeshFault["late"]>): ApiServer {
  return {
    ...api,
    watch(query, onEvent) {
      const ended = new AbortController();
      const deliver = (events: readonly WatchEvent[]) => events.forEach(onEvent);
      const late = createPropagation({ clock, delayMs: ms, signal: ended.signal, deliver });
      const stop = api.watch(query, (event) => {
        if (event.object.kind === kind && event.type === type) late.send(event);
        else onEvent(event);
      });
      return () => {
        ended.abort();
        stop();
      };
    },
  };
}

function faultyParts(api: ApiServer, faults: readonly MeshFault[]): MeshParts {
  return {
    readChange(event, policy) {
      const change = smiParts.readChange(
        faults.reduce((told, fault) => fault.event?.(told) ?? told, event),
        policy,
      );
      return change && applyUpdateFaults(change, policy, () => podAccountsOf(api), faults);
    },
    compileAccess(policy, choices) {
      const read = applyPolicyFaults(policy, faults);
      return faults.reduce(
        (access, fault) => fault.access?.(access, read, choices) ?? access,
        smiParts.compileAccess(read, choices),
      );
    },
    compileSplits(policy, options) {
      const read = applyPolicyFaults(policy, faults);
      const balancer = faults.find((fault) => fault.balancer !== undefined)?.balancer;
      return faults.reduce(
        (splits, fault) => fault.splits?.(splits, read) ?? splits,
        smiParts.compileSplits(read, balancer === undefined ? options : { ...options, balancer }),
      );
    },
    splitWarnings: (policy, ports) =>
      faults.reduce(
        (warnings, fault) => fault.warnings?.(warnings, policy) ?? warnings,
        smiParts.splitWarnings(policy, ports),
      ),
  };
}

/** Without a fault it is the reference mesh itself. */
export function createFaultyMesh(options: MeshOptions, switches: MeshFaults): Mesh {
  const faults = switchedOn<MeshFault>(meshFaults, switches);
  const { clock, random } = options;
  const api = faults.reduce(
    (told, { late }) => (late === undefined ? told : withLateEvents(told, clock, late)),
    options.api,
  );
  const choices: Choices = Object.assign({}, options.choices, ...faults.map((fault) => fault.choices));
  const mesh = createReferenceMesh({ ...options, api, choices }, faultyParts(api, faults));
  const dataPlane = faults.reduce((plane, fault) => fault.dataPlane?.(plane, random) ?? plane, mesh.dataPlane);
  return { ...mesh, dataPlane };
}
