/** Expectations about what the Kubernetes API stores, converts and rejects: one object, in each served version of its kind. */
import { applicableVersions } from "../../domain/assertion/assertion.ts";
import type { SubmitExpectation } from "../../domain/assertion/expectation.ts";
import { describeRef, type ObjectRef, refOf } from "../../domain/kubernetes/object.ts";
import type { Finding } from "../../domain/measurement/finding.ts";
import { kindOf, NotExpressibleError } from "../../domain/smi/render.ts";
import type { Resource } from "../../domain/smi/resource.ts";
import { type ServedVersion, unservedVersion } from "../../domain/smi/served.ts";
import type { Admission } from "../../ports.ts";
import { type AssertionContext, forgetMade, noteMade, renderFor } from "./context.ts";
import { refusedAgain, refusedBefore } from "./expect-no-effect.ts";
import { judgeAccepted } from "./judge-accepted.ts";

/** HTTP status of a kind or version that an API server does not serve. */
const NOT_SERVED = 404;

/** What is expected of the object, in words. */
const outcomes: Readonly<Record<SubmitExpectation["is"], string>> = {
  stored: "stored as it was sent",
  converted: "the same meaning in every served version",
  rejected: "rejected",
  "rejected-or-pruned": "rejected, or stored without the fault",
  "rejected-or-ignored": "rejected, or without effect",
};

function versionsOf(context: AssertionContext, e: SubmitExpectation): readonly ServedVersion[] {
  const kind = kindOf(e.submit);
  if (e.at === "unserved") return [unservedVersion(context.deps.served, kind) ?? []].flat();
  return applicableVersions(context.assertion, context.deps.served, kind);
}

async function remove(context: AssertionContext, ref: ObjectRef): Promise<void> {
  await context.deps.cluster.delete(ref);
  forgetMade(context, ref);
}

/** valid-variant-accepted: a rejection is for the fault alone. */
async function validVariantAccepted(
  context: AssertionContext,
  phase: string,
  validVariant: Resource,
  version: ServedVersion,
): Promise<Finding> {
  const object = renderFor(context, validVariant, version);
  const dry = await context.deps.cluster.create(object, { dryRun: true });
  return {
    phase,
    control: "valid-variant-accepted",
    statement: `its valid variant without the fault is accepted (${object.apiVersion})`,
    status: dry.accepted ? "held" : "violated",
    expected: "accepted by a dry run",
    observed: dry.accepted ? "accepted" : `rejected: ${dry.message.slice(0, 200)}`,
  };
}

/** Whether one is expected. Of a version that is not served it must say so, and not find fault with the object. */
function isRefusalFit({ is, at }: SubmitExpectation, status: number): boolean {
  if (is === "stored" || is === "converted") return false;
  return at !== "unserved" || status === NOT_SERVED;
}

function judgeRefusal(
  phase: string,
  e: SubmitExpectation,
  statement: string,
  answer: Extract<Admission, { readonly accepted: false }>,
): Finding {
  return {
    phase,
    statement,
    status: isRefusalFit(e, answer.status) ? "held" : "violated",
    expected: e.at === "unserved" ? `rejected, as not served (${NOT_SERVED})` : outcomes[e.is],
    observed: `rejected (${answer.status} ${answer.reason}): ${answer.message.slice(0, 200)}`,
  };
}

async function submit(
  context: AssertionContext,
  phase: string,
  e: SubmitExpectation,
  version: ServedVersion,
): Promise<readonly Finding[]> {
  const { cluster } = context.deps;
  const object = renderFor(context, e.submit, version);
  const statement = `${describeRef(refOf(object))} (${object.apiVersion}) is ${e.is}`;
  const findings: Finding[] = [];
  if (e.validVariant !== undefined) findings.push(await validVariantAccepted(context, phase, e.validVariant, version));
  if (e.marker !== undefined) {
    const before = await refusedBefore(context, phase, e.marker);
    findings.push(before);
    if (before.status !== "held") return findings;
  }
  const companions = (e.with ?? []).map((resource) => renderFor(context, resource));
  for (const companion of companions) {
    await cluster.apply(companion);
    noteMade(context, companion);
  }
  const answer = await cluster.create(object);
  if (answer.accepted) {
    noteMade(context, object);
    findings.push(...(await judgeAccepted(context, phase, e, version, statement)));
    await remove(context, refOf(object));
  } else findings.push(judgeRefusal(phase, e, statement, answer));
  const followers = (e.marker?.apply ?? []).map((resource) => renderFor(context, resource));
  for (const made of [...followers.toReversed(), ...companions.toReversed()]) await remove(context, refOf(made));
  if (answer.accepted && e.marker !== undefined) findings.push(await refusedAgain(context, phase, e.marker));
  return findings;
}

export async function expectSubmit(
  context: AssertionContext,
  phase: string,
  expectation: SubmitExpectation,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const version of versionsOf(context, expectation)) {
    try {
      findings.push(...(await submit(context, phase, expectation, version)));
    } catch (error) {
      // A version without words for the object is passed over. Where none has any, nothing was measured, and that shows.
      if (!(error instanceof NotExpressibleError)) throw error;
    }
  }
  return findings;
}
