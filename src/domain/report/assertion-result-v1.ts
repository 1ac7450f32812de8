/** The result of one assertion in ConformanceReport v1. Frozen, as report-v1.ts is. */
import { z } from "zod";

export const specNames = ["traffic-access", "traffic-specs", "traffic-split", "traffic-metrics"] as const;
export const verdicts = ["PASS", "FAIL", "INCONCLUSIVE", "NOT_APPLICABLE", "OBSERVED", "ERROR"] as const;
const controlNames = ["K1", "K2", "K3", "K4", "K5", "K6", "K7", "K8", "K9", "data-plane"] as const;
const levels = ["MUST", "SHOULD", "MAY", "implied", "none"] as const;

// The bounds are of later: no report of this version came near them.
export const ms = z.number().min(0).max(1e10).describe("Milliseconds");
const verdict = z.enum(verdicts);

const cell = z.strictObject({
  backend: z.string(),
  weight: z.number(),
  low: z.number().int().describe("Fewest requests accepted"),
  high: z.number().int().describe("Most requests accepted"),
  observed: z.number().int(),
});

const findingSchema = z.strictObject({
  phase: z.string(),
  statement: z.string(),
  control: z.enum(controlNames).optional(),
  status: z.enum(["held", "violated", "unknown"]),
  recorded: z.literal(true).optional().describe("Written down without a verdict: the specification leaves it open"),
  expected: z.string(),
  observed: z.string(),
  sample: z
    .strictObject({
      n: z.number().int(),
      falseFailure: z
        .number()
        .describe("Bound on the probability that a correct mesh fails this finding, its one repeat included"),
      cells: z.array(cell),
      detects: z.array(z.strictObject({ mesh: z.string(), acceptedWithRepeat: z.number() })),
      tries: z.number().int(),
    })
    .optional(),
});

const propagationSchema = z.strictObject({
  phase: z.string(),
  what: z.string(),
  ms: ms.describe("From the API server's answer to the first probe of the run that showed the change in force"),
  inForce: z.boolean().describe("false: the deadline passed first"),
  deadlineMs: ms,
});

export const assertionResultV1Schema = z.strictObject({
  id: z.string(),
  title: z.string(),
  spec: z.enum(specNames),
  level: z.enum(levels),
  behaviour: z.boolean().describe("false: a row about the API alone, without traffic"),
  basis: z.array(z.strictObject({ doc: z.string(), line: z.number().int().optional() })),
  succeeds: z.array(z.string()),
  versions: z.record(z.string(), z.string()).describe("Spec to the API version that was used"),
  verdict,
  reason: z.string(),
  beside: z
    .strictObject({ verdict, reason: z.string() })
    .optional()
    .describe(
      "What it gave beside other rows, where a change of it had not come into force: since one of those may have kept the mesh from it, it was run once more, alone",
    ),
  runs: z
    .array(z.strictObject({ verdict, reason: z.string() }))
    .min(1)
    .optional()
    .describe("Where a row was run several times: each run in its turn; the row's verdict is the worst of them"),
  findings: z.array(findingSchema),
  propagation: z.array(propagationSchema),
  cell: z.string().optional(),
  startedMs: ms.describe("From the start of the run"),
  durationMs: ms,
  evidence: z.array(z.string()).describe("Files below the report folder"),
});
