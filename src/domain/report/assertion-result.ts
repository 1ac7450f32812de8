/** The result of one assertion, as a report has it. */
import { z } from "zod";
import { levels } from "../assertion/assertion.ts";
import { controlNames } from "../assertion/controls.ts";
import { specNames } from "../smi/kinds.ts";
import { verdicts } from "./verdict.ts";

/** A run has days at most, and pictures are drawn of it. */
const MAX_MS = 1e10;
export const ms = z.number().min(0).max(MAX_MS).describe("Milliseconds");
const verdict = z.enum(verdicts);

const bin = z.strictObject({
  backend: z.string(),
  weight: z.number(),
  low: z.number().int().describe("Fewest requests accepted"),
  high: z.number().int().describe("Most requests accepted"),
  observed: z.number().int(),
});

const sampleSchema = z.strictObject({
  n: z.number().int().describe("Requests in the sample"),
  falseFailure: z
    .number()
    .describe("Upper bound on the probability that a correct mesh fails this finding, its one repeat included"),
  bins: z.array(bin).describe("Requests by backend, with the interval that is accepted"),
  detects: z
    .array(z.strictObject({ mesh: z.string(), acceptedWithRepeat: z.number() }))
    .describe("Probability that a mesh with this fault passes all the same, the one repeat included"),
  tries: z.number().int(),
});

const findingSchema = z.strictObject({
  phase: z.string(),
  statement: z.string().describe("What was expected, for people"),
  control: z
    .enum(controlNames)
    .optional()
    .describe("The finding is this control: it protects the reading of the others, and can't fail the assertion"),
  status: z.enum(["held", "violated", "unknown"]).describe("unknown: the measurement cannot tell"),
  recorded: z.literal(true).optional().describe("Recorded without a verdict: the specification leaves it open"),
  expected: z.string(),
  observed: z.string(),
  sample: sampleSchema.optional(),
});

const propagationSchema = z.strictObject({
  phase: z.string(),
  what: z.string().describe("What was awaited"),
  ms: ms.describe("From the API server's answer to the first probe of the run that showed the change in force"),
  inForce: z.boolean().describe("false: the deadline passed first"),
  deadlineMs: ms,
});

export const assertionResultSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  says: z
    .string()
    .nullable()
    .describe("What the clauses require, in one sentence of our own words; null in what was read from version 1"),
  spec: z.enum(specNames),
  level: z.enum(levels),
  behaviour: z.boolean().describe("false: it is about the Kubernetes API alone, without traffic"),
  basis: z
    .array(z.strictObject({ doc: z.string(), line: z.number().int().optional() }))
    .describe("Clauses of the specification that it rests on"),
  replaces: z.array(z.string()).describe("Steps of the 24-step suite that it replaces"),
  versions: z
    .record(z.string(), z.string())
    .describe("Kind of each object to the API version that was used, as TrafficSplit: v1alpha4"),
  verdict,
  reason: z.string().describe("The sentence that decided"),
  parallelAttempt: z
    .strictObject({ verdict, reason: z.string() })
    .optional()
    .describe(
      "Result of a first attempt in parallel with other assertions, in which a change was not in force in time: since one of the others may have caused that, it was run again in isolation, and the verdict is of that run",
    ),
  runs: z
    .array(z.strictObject({ verdict, reason: z.string() }))
    .min(1)
    .optional()
    .describe("Where it was run several times: each run in order; the verdict is the worst of them"),
  findings: z.array(findingSchema),
  propagation: z.array(propagationSchema),
  cell: z.string().optional().describe("Test cell that it ran in"),
  startedMs: ms.describe("From the start of the run"),
  durationMs: ms,
  evidence: z.array(z.string()).describe("Files below the report folder"),
});
