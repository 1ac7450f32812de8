/** ConformanceMatrix v1: reports of several meshes, versions and clusters in one table, as merge.ts makes it. */
import { z } from "zod";
import { levels } from "../assertion/assertion.ts";
import { verdicts } from "../report/verdict.ts";
import { specNames } from "../smi/kinds.ts";

export const MATRIX_API_VERSION = "smi-conformance/v1";

const verdict = z.enum(verdicts);
const counts = z.record(verdict, z.number().int());
const percent = z
  .number()
  .min(0)
  .max(100)
  .nullable()
  .describe("Share of the applicable MUST assertions that pass, in percent; null when none applies");
const must = z.strictObject({ passed: z.number().int(), applicable: z.number().int() });
const sha256 = z.string().describe("SHA-256 of a report file, which stands for it");
const provider = z.enum(["kind", "existing", "embedded"]);

export const problemKinds = [
  "unreadable",
  "truncated",
  "no-report",
  "older-schema",
  "inconsistent",
  "missing-shard",
  "missing-rows",
  "too-few",
  "baseline",
  "conflict",
  "duplicate",
  "ignored",
] as const;

const problemSchema = z.strictObject({
  kind: z.enum(problemKinds),
  text: z.string(),
  blocks: z.boolean().describe("true: the matrix is incomplete because of it"),
  paths: z.array(z.string()),
  ids: z.array(z.string()).describe("Assertions that it is about"),
});

const blockingRule = z.strictObject({
  rule: z.string().describe("As in the gate of a report; verdict where a report has no gate"),
  text: z.string(),
  ids: z.array(z.string()),
});

const comparisonSchema = z
  .strictObject({
    mutant: z.string().nullable(),
    version: z.string(),
    provider,
    kubernetes: z.string().nullable(),
    assertions: z.string(),
    files: z.array(z.strictObject({ sha256, source: z.string().describe("Where it was found") })),
    held: z.boolean(),
    text: z.string(),
    ids: z.array(z.string()).describe("Passed in the baseline and not now, and no failure of these is allowed"),
    newlyPassing: z.array(z.string()),
  })
  .describe("The row of the same mesh that it was compared with; absent where there is none");

const rowSchema = z.strictObject({
  mesh: z.string(),
  title: z.string(),
  mutant: z.string().nullable().describe("Fault that was put into the reference mesh on purpose"),
  version: z.string().describe("Read back from what ran, or else as it was asked for; without a leading v"),
  provider,
  kubernetes: z.string().nullable(),
  assertions: z.string().describe("Digest of the assertion files"),
  suiteVersions: z.array(z.string()),
  verdict: z.enum(["conformant", "not-conformant", "inconclusive", "error"]),
  percentage: percent,
  must,
  counts,
  whole: z
    .boolean()
    .describe("false: a shard or the result of a planned assertion is missing, so that nothing is claimed"),
  missing: z.strictObject({ shards: z.array(z.string()), assertions: z.array(z.string()), unnamed: z.number().int() }),
  gate: z
    .strictObject({
      decision: z.enum(["pass", "block"]),
      enforced: z.boolean(),
      unclear: z.boolean(),
      rules: z.array(blockingRule).optional().describe("Those that block; absent in earlier versions"),
    })
    .describe("unclear: it blocks only because of what is unclear or missing"),
  baseline: comparisonSchema.optional(),
  specs: z.array(
    z.strictObject({
      spec: z.enum(specNames),
      capability: z.enum(["FULL", "HALF", "NONE", "NOT_ASSESSED"]),
      percentage: percent,
      must,
      counts,
    }),
  ),
  results: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      spec: z.enum(specNames),
      level: z.enum(levels),
      behaviour: z.boolean(),
      verdict: verdict.describe("The worst of those below"),
      reports: z.array(z.strictObject({ verdict, sha256 })).describe("What each report gave"),
    }),
  ),
  reports: z.array(sha256),
});

export const matrixSchema = z
  .strictObject({
    apiVersion: z.literal(MATRIX_API_VERSION),
    kind: z.literal("ConformanceMatrix"),
    decision: z.enum(["pass", "block"]).describe("pass: each row's gate passes and nothing is missing"),
    exitCode: z.union([z.literal(0), z.literal(1), z.literal(3)]).describe("Of the command, where it gates"),
    specs: z.array(z.enum(specNames)).describe("Those that any row has"),
    rows: z.array(rowSchema),
    problems: z.array(problemSchema),
    reports: z.array(
      z.strictObject({
        sha256,
        paths: z.array(z.string()).describe("Where it was found; several for copies of it"),
        startedAt: z.string(),
        verdict: z.enum(["conformant", "not-conformant", "inconclusive", "error"]),
        shard: z.string().nullable(),
        workflow: z.string().nullable().describe("Page of the workflow run"),
      }),
    ),
  })
  .meta({ title: "SMI ConformanceMatrix v1" });

export type ConformanceMatrix = z.infer<typeof matrixSchema>;
export type MatrixRow = ConformanceMatrix["rows"][number];
export type MatrixProblem = ConformanceMatrix["problems"][number];
export type MatrixResult = MatrixRow["results"][number];
export type MatrixComparison = NonNullable<MatrixRow["baseline"]>;
