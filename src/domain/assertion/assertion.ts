/** The assertion model: a file of `assertions/<part>/<name>.yaml`. The JSON Schema for editors is made from this. */
import { z } from "zod";
import { type SmiKindName, smiKinds, specNames } from "../smi/kinds.ts";
import { resourceRefSchema, resourceSchema } from "../smi/resource.ts";
import type { Served, ServedVersion } from "../smi/served.ts";
import { SPEC_COMMIT } from "../smi/specification.ts";
import { controlNames, type Expectation, expectationSchema, type ProbeExpectation } from "./expectation.ts";
import { openQuestionNames } from "./open-questions.ts";

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
          line: z.number().int().optional().describe(`Line at commit ${SPEC_COMMIT}`),
        }),
      )
      .default([]),
    versions: z
      .partialRecord(z.enum(specNames), z.array(version).min(1))
      .describe("API versions that the row applies to, per spec; it needs every spec named here to be served"),
    replaces: z
      .array(z.string().regex(/^(access|split|spec)-\d\d$/))
      .default([])
      .describe("Steps of the 24-step suite that this assertion replaces"),
    fixture: z.string(),
    observed: z.literal(true).optional().describe("The spec is silent: what happens is recorded, without a verdict"),
    unless: z
      .enum(openQuestionNames)
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

/** Served versions of a kind that the assertion applies to, oldest first. */
export function applicableVersions(assertion: Assertion, served: Served, kind: SmiKindName): readonly ServedVersion[] {
  const allowed = assertion.versions[smiKinds[kind].spec];
  return (served[kind]?.versions ?? []).filter((v) => allowed === undefined || allowed.includes(v.name));
}
