/** Rows about the Kubernetes API alone: what is served, what is stored, what is rejected. */
import {
  type CrdExpectation,
  describeProbe,
  type EventExpectation,
  type SubmitExpectation,
  transportOf,
} from "../domain/expectation.ts";
import { type Finding, judgeRefused } from "../domain/finding.ts";
import { describeRef, refOf } from "../domain/kubernetes.ts";
import { type SmiKindName, smiKinds } from "../domain/smi/kinds.ts";
import { kindOf, NotExpressibleError } from "../domain/smi/render.ts";
import { compatiblePairs, type ServedVersion } from "../domain/smi/served.ts";
import type { Cluster } from "../ports.ts";
import { bodyOf, differences } from "./change.ts";
import { alive, arrivalsOf, SAMPLE, send } from "./measure.ts";
import { forgetMade, noteMade, type Row, renderFor } from "./row.ts";

/** A kind that nobody serves: the control that absence can be seen. */
const MADE_UP = { apiVersion: "access.smi-spec.io/v1alpha1", kind: "TrafficNonsense", name: "nothing" };

export async function judgeCrd(row: Row, phase: string, expectation: CrdExpectation): Promise<readonly Finding[]> {
  const name = expectation.crd as SmiKindName;
  const kind = smiKinds[name];
  const crd = row.deps.served[name];
  const discovered = await row.deps.cluster.discover(kind.group);
  const listed = discovered
    .filter((v) => v.resources.some((r) => r.name === kind.plural && r.kind === kind.kind && r.namespaced))
    .map((v) => v.version);
  const known = crd?.versions.map((v) => v.name) ?? [];
  const faults = [
    ...(crd === undefined ? [`no CRD ${kind.plural}.${kind.group}`] : []),
    ...(crd !== undefined && !crd.established ? ["not Established"] : []),
    ...(crd !== undefined && !crd.namesAccepted ? ["names not accepted"] : []),
    ...(crd !== undefined && crd.scope !== "Namespaced" ? [`scope ${crd.scope}`] : []),
    ...(crd !== undefined && known.length === 0
      ? [`no version that the specification knows (serves ${crd.unknownVersions.join(", ")})`]
      : []),
    ...known.filter((v) => !listed.includes(v)).map((v) => `${v} is not in discovery as a namespaced ${kind.plural}`),
  ];
  const absent =
    (await row.deps.cluster.get(MADE_UP)) === undefined &&
    !discovered.some((v) => v.resources.some((r) => r.kind === MADE_UP.kind));
  return [
    {
      phase,
      statement: `${kind.kind} is served`,
      status: faults.length === 0 ? "held" : "violated",
      expected: "an established, namespaced CRD with a version of the specification, listed by discovery",
      observed: faults.length === 0 ? `${known.join(", ")} served and discovered` : faults.join("; "),
    },
    {
      phase,
      control: "K9",
      statement: `a made-up kind of ${kind.group.split(".")[0]} is seen to be absent`,
      status: absent ? "held" : "violated",
      expected: "absent",
      observed: absent ? "absent" : "present",
    },
  ];
}

export function judgeVersions(row: Row, phase: string): Finding {
  const pairs = compatiblePairs(row.deps.served);
  return {
    phase,
    statement: "served versions go together",
    status: pairs.length > 0 ? "held" : "violated",
    expected: "at least one compatible set of versions",
    observed: pairs.length > 0 ? pairs.join("; ") : "none",
  };
}

/** The versions to submit to: every served one that the row applies to. */
function submitVersions(row: Row, expectation: SubmitExpectation): readonly ServedVersion[] {
  const kind = kindOf(expectation.submit);
  const allowed = row.assertion.versions[smiKinds[kind].spec];
  return (row.deps.served[kind]?.versions ?? []).filter((v) => allowed === undefined || allowed.includes(v.name));
}

async function remove(row: Row, cluster: Cluster, ref: ReturnType<typeof refOf>): Promise<void> {
  await cluster.delete(ref);
  forgetMade(row, ref);
}

/** Leaves of the patch that asks for a fault, as paths below the body. */
function patchedPaths(patch: unknown, path = ""): readonly string[] {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch === null ? [] : [path];
  return Object.entries(patch).flatMap(([key, value]) => patchedPaths(value, path === "" ? key : `${path}.${key}`));
}

async function judgeOneVersion(
  row: Row,
  phase: string,
  e: SubmitExpectation,
  version: ServedVersion,
): Promise<readonly Finding[]> {
  const { cluster } = row.deps;
  const object = renderFor(row, e.submit, version);
  const ref = refOf(object);
  const statement = `${describeRef(ref)} (${object.apiVersion}) is ${e.is}`;
  const findings: Finding[] = [];
  if (e.twin !== undefined) {
    const twin = renderFor(row, e.twin, version);
    const dry = await cluster.create(twin, { dryRun: true });
    findings.push({
      phase,
      control: "K9",
      statement: `its twin without the fault is accepted (${object.apiVersion})`,
      status: dry.accepted ? "held" : "violated",
      expected: "accepted by a dry run",
      observed: dry.accepted ? "accepted" : `refused: ${dry.message.slice(0, 200)}`,
    });
  }
  const helpers = (e.with ?? []).map((resource) => renderFor(row, resource));
  for (const helper of helpers) {
    await cluster.apply(helper);
    noteMade(row, helper);
  }
  const answer = await cluster.create(object);
  if (!answer.accepted) {
    const rejected = e.is !== "stored";
    findings.push({
      phase,
      statement,
      status: rejected ? "held" : "violated",
      expected: e.is,
      observed: `rejected (${answer.status} ${answer.reason}): ${answer.message.slice(0, 200)}`,
    });
  } else {
    noteMade(row, object);
    const stored = (await cluster.get(ref)) ?? answer.stored;
    const lost = differences(bodyOf(object), bodyOf(stored));
    if (e.is === "stored") {
      findings.push({
        phase,
        statement,
        status: lost.length === 0 ? "held" : "violated",
        expected: "read back as it was sent",
        observed: lost.length === 0 ? "every field read back as sent" : `changed or missing: ${lost.join(", ")}`,
      });
    } else if (e.is === "rejected") {
      findings.push({
        phase,
        statement,
        status: "violated",
        expected: "rejected",
        observed: lost.length === 0 ? "accepted" : `accepted, with ${lost.join(", ")} changed or missing`,
      });
    } else if (e.is === "rejected-or-pruned") {
      const faults = patchedPaths(e.submit.patch).filter(
        (path) => !lost.some((l) => l === path || l.endsWith(`.${path}`) || path.startsWith(`${l}.`)),
      );
      findings.push({
        phase,
        statement,
        status: faults.length === 0 ? "held" : "violated",
        expected: "rejected, or stored without the fault",
        observed: faults.length === 0 ? `pruned: ${lost.join(", ")}` : `stored with ${faults.join(", ")}`,
      });
    } else {
      findings.push(...(await judgeInert(row, phase, e, statement)));
    }
    await remove(row, cluster, ref);
  }
  for (const helper of helpers) await remove(row, cluster, refOf(helper));
  return findings;
}

/** An object that was accepted with its fault must at least grant nothing. */
async function judgeInert(
  row: Row,
  phase: string,
  e: SubmitExpectation,
  statement: string,
): Promise<readonly Finding[]> {
  if (e.inert === undefined)
    return [
      {
        phase,
        statement,
        status: "unknown",
        expected: "rejected, or inert",
        observed: "accepted, and the assertion names no probe that would show what it grants",
      },
    ];
  const before = await alive(row.cell, e.inert);
  const { prefix, seen } = await send(row.cell, e.inert, SAMPLE, row.deps);
  const arrived = new Map([...(await arrivalsOf(row.cell, prefix)).values()].flat().map((a) => [a.id, 1]));
  const healthy = before && (await alive(row.cell, e.inert));
  return [
    {
      phase,
      statement,
      ...judgeRefused(seen, arrived, row.refusals[transportOf(e.inert)]),
      expected: `rejected, or ${describeProbe(e.inert)} refused`,
    },
    {
      phase,
      control: "K1",
      statement: `the server of ${describeProbe(e.inert)} is alive`,
      status: healthy ? "held" : "unknown",
      expected: "a live server",
      observed: `its health check on its own loopback ${healthy ? "passed before and after" : "failed"}`,
    },
  ];
}

export async function judgeSubmit(
  row: Row,
  phase: string,
  expectation: SubmitExpectation,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const version of submitVersions(row, expectation)) {
    try {
      findings.push(...(await judgeOneVersion(row, phase, expectation, version)));
    } catch (error) {
      // A version without words for the object is passed over; that none had any shows as a row without expectations.
      if (!(error instanceof NotExpressibleError)) throw error;
    }
  }
  return findings;
}

/** A Warning event about the object; events come on their own time, so absence is read once the change is in force. */
export async function judgeEvent(row: Row, phase: string, e: EventExpectation): Promise<Finding> {
  const namespace = Object.values(row.cell.bindings.namespaces)[0] ?? "";
  const events = (await row.deps.cluster.list({ apiVersion: "v1", kind: "Event", namespace })) as unknown as readonly {
    type?: string;
    reason?: string;
    message?: string;
    involvedObject?: { kind?: string; name?: string };
  }[];
  const about = events.filter(
    (event) =>
      event.type === "Warning" &&
      event.involvedObject?.kind === "TrafficSplit" &&
      event.involvedObject.name === e.event.trafficSplit,
  );
  const held = about.length > 0 === (e.is === "present");
  return {
    phase,
    statement: `a Warning event about TrafficSplit ${e.event.trafficSplit} is ${e.is}`,
    status: held ? "held" : "violated",
    expected: e.is,
    observed:
      about.length === 0
        ? "none"
        : about
            .map((event) => `${event.reason}: ${event.message}`)
            .join("; ")
            .slice(0, 300),
  };
}
