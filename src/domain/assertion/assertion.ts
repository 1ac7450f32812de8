/** The assertion model: a file of `assertions/<part>/<name>.yaml`. The JSON Schema for editors is made from this. */
import { z } from "zod";
import { type SmiKindName, type SpecName, smiKinds, specNames } from "../smi/kinds.ts";
import { resourceRefSchema, resourceSchema } from "../smi/resource.ts";
import type { Served, ServedVersion } from "../smi/served.ts";
import {
  controlNames,
  describeProbe,
  type Expectation,
  expectationSchema,
  type ProbeExpectation,
  sameDoor,
} from "./expectation.ts";
import { readingNames } from "./open-questions.ts";
import { sameExchange } from "./probe-key.ts";

export const levels = ["MUST", "SHOULD", "MAY", "implied", "none"] as const;
export type Level = (typeof levels)[number];

const version = z.string().regex(/^v1alpha[1-4]$/, "expected v1alpha1 to v1alpha4");

/** Changes of the workloads themselves. */
export const changeSchema = z.union([
  z.strictObject({ scale: z.string().describe("Workload"), replicas: z.number().int().min(0) }),
  z.strictObject({ restart: z.string().describe("Workload whose pods are replaced by new ones, with new addresses") }),
  z.strictObject({
    account: z.string().describe("ServiceAccount that the workload now runs under"),
    workload: z.string(),
  }),
]);

export const phaseSchema = z.strictObject({
  name: z.string(),
  change: z.array(changeSchema).optional(),
  apply: z.array(resourceSchema).optional(),
  mayReject: z
    .literal(true)
    .optional()
    .describe("The API server or a webhook may refuse the resources instead; then the phase's expectations are met"),
  remove: z.array(resourceRefSchema).optional(),
  expect: z.array(expectationSchema).default([]),
  control: z
    .enum(controlNames)
    .optional()
    .describe("The whole phase is this control: if it does not hold, the row is INCONCLUSIVE and never FAIL"),
});

export const assertionSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9-]+\/[a-z0-9-]+$/)
      .describe("Its path below assertions/, without .yaml"),
    title: z.string(),
    spec: z.enum(specNames),
    level: z.enum(levels),
    basis: z
      .array(
        z.strictObject({
          doc: z
            .string()
            .describe(
              "Document of smi-spec: traffic-access/v1alpha3 is apis/traffic-access/v1alpha3/traffic-access.md",
            ),
          line: z.number().int().optional().describe("Line at commit cc4babd"),
        }),
      )
      .default([]),
    versions: z
      .partialRecord(z.enum(specNames), z.array(version).min(1))
      .describe("API versions that the row applies to, per spec; it needs every spec named here to be served"),
    succeeds: z
      .array(z.string().regex(/^(access|split|spec)-\d\d$/))
      .default([])
      .describe("Step ids of the 24-step suite that it answers"),
    fixture: z.string(),
    observed: z.literal(true).optional().describe("The spec is silent: what happens is recorded, without a verdict"),
    unless: z
      .enum(readingNames)
      .optional()
      .describe("It does not apply to a mesh whose profile says that it reads this open question otherwise"),
    exclusive: z
      .literal(true)
      .optional()
      .describe("It makes what may stop a mesh from working for everybody: it runs alone, after all others"),
    controls: z.array(z.enum(controlNames)).default([]),
    phases: z.array(phaseSchema).min(1),
  })
  .meta({ title: "SMI conformance assertion" });

export type Assertion = z.infer<typeof assertionSchema>;
export type Phase = z.infer<typeof phaseSchema>;
export type Change = z.infer<typeof changeSchema>;

export const isProbe = (e: Expectation): e is ProbeExpectation => "from" in e && "is" in e;

/**
 * Whether passing says something of the mesh's behaviour. Rows of the Kubernetes API alone do not, nor do those whose traffic
 * is for the case that the API server lets a fault through: refusing it is enough there.
 */
export function isBehaviour(assertion: Assertion): boolean {
  return assertion.phases.some(
    ({ mayReject, expect }) => mayReject !== true && expect.some((e) => "from" in e || "event" in e || "ready" in e),
  );
}

/** The spec versions that `assertion` needs, in the order of the specs. */
export function specsOf(assertion: Assertion): readonly SpecName[] {
  return specNames.filter((spec) => assertion.versions[spec] !== undefined);
}

/** Served versions of a kind that the assertion applies to, oldest first. */
export function applicableVersions(assertion: Assertion, served: Served, kind: SmiKindName): readonly ServedVersion[] {
  const allowed = assertion.versions[smiKinds[kind].spec];
  return (served[kind]?.versions ?? []).filter((v) => allowed === undefined || allowed.includes(v.name));
}

export interface Unsound {
  /** Where in the file, as keys and indexes. */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * Finds what would let an assertion pass for nothing: a refusal that no success frames (server-alive or policy-flip), a success that an open
 * mesh would give as well, a control that is claimed and not there. An assertion with one of these is not loaded.
 */
export function unsoundness(assertion: Assertion): readonly Unsound[] {
  const found: Unsound[] = [];
  const all = assertion.phases.flatMap((phase, p) =>
    phase.expect.map((e, x) => ({ e, phase, path: ["phases", p, "expect", x] as const })),
  );
  const probes = all.flatMap((entry) => (isProbe(entry.e) ? [{ ...entry, e: entry.e }] : []));
  const judged = all.filter(({ e }) => !("is" in e && e.is === "recorded"));
  if (
    assertion.observed !== true &&
    !judged.some(({ e, phase }) => phase.control === undefined && !("control" in e && e.control !== undefined))
  )
    found.push({ path: ["phases"], message: "nothing here can fail: every expectation is recorded or a control" });
  if (assertion.unless !== undefined && (assertion.level === "MUST" || assertion.level === "SHOULD"))
    found.push({
      path: ["unless"],
      message: `what the specification says flatly (${assertion.level}) is no matter of reading`,
    });
  for (const { e, phase, path } of probes) {
    if (e.is !== "refused") continue;
    const sibling = phase.expect.some((o) => isProbe(o) && o.is === "ok" && sameDoor(o, e));
    const flips = probes.some((o) => o.e.is === "ok" && o.phase !== phase && sameExchange(o.e, e));
    if (!sibling && !flips)
      found.push({
        path,
        message: `nothing shows that "${describeProbe(e)}" is refused by policy: add an allowed probe of the same service and port to this phase (server-alive), or a phase in which this very probe is ok (policy-flip)`,
      });
  }
  for (const { e, path } of all) {
    if ("submit" in e && e.is === "rejected-or-inert" && (e.inert === undefined || e.sentinel === undefined))
      found.push({
        path: [...path, "submit"],
        message:
          "nothing tells when the mesh has taken this object in: name the probe that it must not open (inert), and what follows it and shows (sentinel)",
      });
  }
  const allows = probes.filter(({ e }) => e.is === "ok");
  const refusals = probes.filter(({ e }) => e.is === "refused");
  if (allows.length > 0 && refusals.length === 0 && assertion.spec !== "traffic-split" && assertion.observed !== true)
    found.push({
      path: ["phases"],
      message: "a mesh that allows everything would pass: add a denied sibling (sibling-refused)",
    });
  for (const { e, path } of all) {
    if ("requests" in e && !Object.values(e.reach).some((w) => w === "some" || (typeof w === "number" && w > 0)))
      found.push({
        path: [...path, "reach"],
        message: "no backend is to be reached: give one a weight above 0, or some",
      });
  }
  const realised: Partial<Record<string, boolean>> = {
    "server-alive": probes.some(({ e }) => e.is === "refused"),
    "policy-flip": all.some(
      ({ e, phase }) => phase.control === "policy-flip" || ("control" in e && e.control === "policy-flip"),
    ),
    "arrivals-agree": probes.length > 0,
    "sibling-refused": refusals.length > 0,
    "all-accounted-for": all.some(({ e }) => "requests" in e),
    "backends-reachable": all.some(({ e }) => "requests" in e),
    "stored-as-sent": assertion.phases.some((phase) => phase.apply !== undefined),
    // Quiet counters belong to Traffic Metrics, which no assertion measures yet.
    "quiet-before": false,
    "valid-variant-accepted": all.some(({ e }) => "submit" in e && e.twin !== undefined),
    "data-plane": all.some(({ e }) => "from" in e && !("is" in e && e.is === "refused")),
  };
  assertion.controls.forEach((control, c) => {
    if (realised[control] === false)
      found.push({
        path: ["controls", c],
        message: `control ${control} is claimed, and no phase or expectation carries it out`,
      });
  });
  return found;
}
