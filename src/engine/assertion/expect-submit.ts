/** Assertions about what the Kubernetes API stores, converts and rejects: one object, in each served version of its kind. */
import { applicableVersions } from "../../domain/assertion/assertion.ts";
import type { SubmitExpectation } from "../../domain/assertion/expectation.ts";
import { describeRef, type KubernetesObject, type ObjectRef, refOf } from "../../domain/kubernetes/object.ts";
import type { Finding } from "../../domain/measurement/finding.ts";
import { meaningLost } from "../../domain/smi/conversion.ts";
import { differences } from "../../domain/smi/field-diff.ts";
import { smiKinds } from "../../domain/smi/kinds.ts";
import { kindOf, NotExpressibleError } from "../../domain/smi/render.ts";
import { type ServedVersion, unservedVersion } from "../../domain/smi/served.ts";
import { bodyOf } from "./apply-changes.ts";
import { type AssertionContext, forgetMade, noteMade, renderFor } from "./context.ts";
import { judgeInert, shutAgain, shutBefore } from "./expect-no-effect.ts";

/** HTTP status of a kind or version that an API server does not serve. */
const NOT_SERVED = 404;

function versionsOf(context: AssertionContext, e: SubmitExpectation): readonly ServedVersion[] {
  const kind = kindOf(e.submit);
  if (e.at === "unserved") return [unservedVersion(context.deps.served, kind) ?? []].flat();
  return applicableVersions(context.assertion, context.deps.served, kind);
}

async function remove(context: AssertionContext, ref: ObjectRef): Promise<void> {
  await context.deps.cluster.delete(ref);
  forgetMade(context, ref);
}

/** Leaves of the patch that asks for a fault, as paths below the body. */
function patchedPaths(patch: unknown, path = ""): readonly string[] {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch === null ? [] : [path];
  return Object.entries(patch).flatMap(([key, value]) => patchedPaths(value, path === "" ? key : `${path}.${key}`));
}

/** valid-variant-accepted: a rejection is for the fault alone. */
async function judgeValidVariant(
  context: AssertionContext,
  phase: string,
  validVariant: KubernetesObject,
): Promise<Finding> {
  const dry = await context.deps.cluster.create(validVariant, { dryRun: true });
  return {
    phase,
    control: "valid-variant-accepted",
    statement: `its valid variant is accepted (${validVariant.apiVersion})`,
    status: dry.accepted ? "held" : "violated",
    expected: "accepted by a dry run",
    observed: dry.accepted ? "accepted" : `refused: ${dry.message.slice(0, 200)}`,
  };
}

/** Read in every other served version, the object must mean what was written. */
async function judgeConverted(
  context: AssertionContext,
  phase: string,
  e: SubmitExpectation,
  written: ServedVersion,
): Promise<readonly Finding[]> {
  const object = renderFor(context, e.submit, written);
  const findings: Finding[] = [];
  for (const read of versionsOf(context, e)) {
    if (read.name === written.name) continue;
    const apiVersion = `${smiKinds[kindOf(e.submit)].group}/${read.name}`;
    const stored = await context.deps.cluster.get({ ...refOf(object), apiVersion });
    const lost =
      stored === undefined
        ? ["the object"]
        : meaningLost(e.submit, written, read, context.cell.bindings, bodyOf(stored));
    // What the other version has no words for is judged by `stored`: it must be there again in the version that has.
    if (lost === undefined) continue;
    findings.push({
      phase,
      statement: `${describeRef(refOf(object))}, written in ${written.name}, means the same in ${read.name}`,
      status: lost.length === 0 ? "held" : "violated",
      expected: "the same meaning",
      observed: lost.length === 0 ? "the same" : `changed or missing: ${lost.join(", ")}`,
    });
  }
  return findings;
}

/** What became of an object that was accepted. */
async function judgeAccepted(
  context: AssertionContext,
  phase: string,
  e: SubmitExpectation,
  version: ServedVersion,
  statement: string,
): Promise<readonly Finding[]> {
  if (e.is === "converted") return judgeConverted(context, phase, e, version);
  if (e.is === "rejected-or-ignored") {
    const { staysRefused, marker } = e;
    if (staysRefused === undefined || marker === undefined)
      throw new RangeError(`${context.assertion.id}: rejected-or-ignored needs staysRefused and marker`);
    return judgeInert(context, phase, staysRefused, marker, statement);
  }
  const object = renderFor(context, e.submit, version);
  const stored = await context.deps.cluster.get(refOf(object));
  const lost = stored === undefined ? ["the object"] : differences(bodyOf(object), bodyOf(stored));
  if (e.is === "stored")
    return [
      {
        phase,
        statement,
        status: lost.length === 0 ? "held" : "violated",
        expected: "read back as it was sent",
        observed: lost.length === 0 ? "every field read back as sent" : `changed or missing: ${lost.join(", ")}`,
      },
    ];
  if (e.is === "rejected")
    return [
      {
        phase,
        statement,
        status: "violated",
        expected: "rejected",
        observed: lost.length === 0 ? "accepted" : `accepted, with ${lost.join(", ")} changed or missing`,
      },
    ];
  const faults = patchedPaths(e.submit.patch).filter(
    (path) => !lost.some((l) => l === path || l.endsWith(`.${path}`) || path.startsWith(`${l}.`)),
  );
  return [
    {
      phase,
      statement,
      status: faults.length === 0 ? "held" : "violated",
      expected: "rejected, or stored without the fault",
      observed: faults.length === 0 ? `pruned: ${lost.join(", ")}` : `stored with ${faults.join(", ")}`,
    },
  ];
}

/** Whether one is expected. Of a version that is not served it must say so, and not find fault with the object. */
function isRefusalFit({ is, at }: SubmitExpectation, status: number): boolean {
  if (is === "stored" || is === "converted") return false;
  return at !== "unserved" || status === NOT_SERVED;
}

async function judgeOneVersion(
  context: AssertionContext,
  phase: string,
  e: SubmitExpectation,
  version: ServedVersion,
): Promise<readonly Finding[]> {
  const { cluster } = context.deps;
  const object = renderFor(context, e.submit, version);
  const ref = refOf(object);
  const statement = `${describeRef(ref)} (${object.apiVersion}) is ${e.is}`;
  const findings: Finding[] = [];
  if (e.validVariant !== undefined)
    findings.push(await judgeValidVariant(context, phase, renderFor(context, e.validVariant, version)));
  if (e.marker !== undefined) {
    const shut = await shutBefore(context, phase, e.marker);
    findings.push(shut);
    if (shut.status !== "held") return findings;
  }
  const helpers = (e.with ?? []).map((resource) => renderFor(context, resource));
  for (const helper of helpers) {
    await cluster.apply(helper);
    noteMade(context, helper);
  }
  const answer = await cluster.create(object);
  if (answer.accepted) {
    noteMade(context, object);
    findings.push(...(await judgeAccepted(context, phase, e, version, statement)));
    await remove(context, ref);
  } else
    findings.push({
      phase,
      statement,
      status: isRefusalFit(e, answer.status) ? "held" : "violated",
      expected: e.at === "unserved" ? `${e.is}, as not served (${NOT_SERVED})` : e.is,
      observed: `rejected (${answer.status} ${answer.reason}): ${answer.message.slice(0, 200)}`,
    });
  const followers = (e.marker?.apply ?? []).map((resource) => renderFor(context, resource));
  for (const made of [...followers.toReversed(), ...helpers.toReversed()]) await remove(context, refOf(made));
  if (answer.accepted && e.marker !== undefined) findings.push(await shutAgain(context, phase, e.marker));
  return findings;
}

export async function judgeSubmit(
  context: AssertionContext,
  phase: string,
  expectation: SubmitExpectation,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const version of versionsOf(context, expectation)) {
    try {
      findings.push(...(await judgeOneVersion(context, phase, expectation, version)));
    } catch (error) {
      // A version without words for the object is passed over; that none had any shows as an assertion without expectations.
      if (!(error instanceof NotExpressibleError)) throw error;
    }
  }
  return findings;
}
