/** ConformanceReport v1: the public result of a run. The JSON Schema that is published is made from this file. */
import { z } from "zod";
import { levels } from "../assertion/assertion.ts";
import { controlNames } from "../assertion/expectation.ts";
import { gateSchema } from "../gate/gate-policy.ts";
import { specNames } from "../smi/kinds.ts";
import { verdicts } from "./verdict.ts";

export const REPORT_API_VERSION = "smi-conformance/v1";

const ms = z.number().min(0).describe("Milliseconds");
const verdict = z.enum(verdicts);
const counts = z.record(z.enum(verdicts), z.number().int());
const percent = z
  .number()
  .min(0)
  .max(100)
  .nullable()
  .describe("Share of applicable MUST rows that pass, in percent; null when none applies");

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

export const propagationSchema = z.strictObject({
  phase: z.string(),
  what: z.string(),
  ms: ms.describe("From the API server's answer to the first probe of the run that showed the change in force"),
  inForce: z.boolean().describe("false: the deadline passed first"),
  deadlineMs: ms,
});

export const assertionResultSchema = z.strictObject({
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
    .optional()
    .describe("Where a row was run several times: each run in its turn; the row's verdict is the worst of them"),
  findings: z.array(findingSchema),
  propagation: z.array(propagationSchema),
  cell: z.string().optional(),
  startedMs: ms.describe("From the start of the run"),
  durationMs: ms,
  evidence: z.array(z.string()).describe("Files below the report folder"),
});

const errorSchema = z.strictObject({
  phase: z.string(),
  code: z.string(),
  message: z.string(),
  next: z.string().describe("What to do about it"),
});

const provenanceSchema = z
  .strictObject({
    action: z
      .strictObject({ repository: z.string().nullable(), ref: z.string().nullable(), commit: z.string().nullable() })
      .describe("Which copy of this action ran; null where the runner does not say"),
    workflow: z
      .strictObject({
        repository: z.string(),
        runId: z.string(),
        attempt: z.number().int(),
        job: z.string(),
        event: z.string(),
        sha: z.string(),
        ref: z.string(),
        url: z.string(),
      })
      .nullable()
      .describe("The workflow run; null outside of one"),
    chart: z
      .strictObject({ name: z.string(), version: z.string().nullable(), sha256: z.string().nullable() })
      .nullable()
      .describe("Helm chart that the mesh was installed from"),
    manifestSha256: z.string().nullable().describe("Digest of the manifest that the mesh was installed from"),
    seed: z.number().int().nullable().describe("Start of the embedded cluster's chance"),
    runnerImage: z.string().nullable().describe("Image of a hosted runner, with its version"),
  })
  .describe("Where the result comes from");

export const reportSchema = z
  .strictObject({
    apiVersion: z.literal(REPORT_API_VERSION),
    kind: z.literal("ConformanceReport"),
    verdict: z.enum(["conformant", "not-conformant", "inconclusive", "error"]),
    reason: z.string(),
    percentage: percent,
    counts,
    error: errorSchema.optional().describe("What ended the run before its time"),
    mesh: z.strictObject({
      name: z.string(),
      title: z.string(),
      versionAsked: z.string(),
      versionFound: z.string().nullable().describe("Read back from the image tag of what runs"),
      images: z.array(z.strictObject({ workload: z.string(), image: z.string(), digest: z.string() })),
      access: z.enum(["enforced", "permissive", "none"]),
      source: z.string().describe("What it was installed from"),
      mutant: z
        .strictObject({ name: z.string(), title: z.string() })
        .optional()
        .describe("Fault that was put into the reference mesh on purpose, to see the suite find it"),
    }),
    cluster: z.strictObject({
      provider: z
        .enum(["kind", "existing", "embedded"])
        .describe("embedded: the mesh is this suite's own reference mesh, and the verdict is of no other"),
      name: z.string(),
      kubernetes: z.string().nullable(),
      nodeImage: z.string().nullable(),
      kind: z.string().nullable(),
    }),
    served: z
      .array(
        z.strictObject({
          kind: z.string(),
          versions: z.array(z.string()),
          unknownVersions: z.array(z.string()),
          sha256: z.string().describe("Digest of the CRD's spec"),
        }),
      )
      .describe("SMI kinds that the cluster serves"),
    suite: z.strictObject({
      version: z.string(),
      assertions: z.string().describe("Digest of the assertion and fixture files"),
      profile: z.string().describe("Digest of the mesh profile"),
      appImage: z.string().nullable(),
      selected: z.number().int(),
      planned: z
        .array(z.string())
        .optional()
        .describe("Ids of the rows that were to run: a report without one is partial"),
      shard: z
        .strictObject({ index: z.number().int().min(1), of: z.number().int().min(1) })
        .optional()
        .describe("Part of the selected rows that this run had; the others are in reports of their own"),
      repeat: z.number().int().min(1).optional().describe("Times that each row was run; 1 where it is not said"),
      cellsReadyMs: ms.nullable().describe("From the start of the suite until the last of its first cells was at rest"),
      verdictsMs: ms.nullable().describe("From then until the last verdict"),
    }),
    runner: z.strictObject({
      os: z.string(),
      arch: z.string(),
      cpus: z.number().int(),
      node: z.string(),
      workflow: z.string().nullable(),
    }),
    startedAt: z.string().describe("UTC, ISO 8601"),
    durationMs: ms,
    phases: z.array(z.strictObject({ name: z.string(), startedMs: ms, durationMs: ms, ok: z.boolean() })),
    specs: z.array(
      z.strictObject({
        spec: z.enum(specNames),
        capability: z.enum(["FULL", "HALF", "NONE", "NOT_ASSESSED"]),
        percentage: percent,
        counts,
        byLevel: z.record(z.string(), counts),
      }),
    ),
    propagation: z
      .strictObject({ changes: z.number().int(), p50Ms: ms, p95Ms: ms })
      .nullable()
      .describe("Over all changes that were seen to come into force"),
    assertions: z.array(assertionResultSchema),
    legacy: z.strictObject({
      asPublished: z.number().int(),
      crdChecksPorted: z.number().int(),
      sound: z.number().int(),
      rows: z.array(
        z.strictObject({
          id: z.string(),
          title: z.string(),
          old: z.enum(["PASSED", "FAILED", "NOT_REACHED"]),
          successors: z.array(z.string()),
          verdict: z.enum([...verdicts, "NOT_RUN"]),
        }),
      ),
    }),
    provenance: provenanceSchema.optional(),
    gate: gateSchema.optional().describe("Whether this report lets a release pass, and which rules said so"),
    reproduce: z.string().describe("Command that runs the same again"),
    evidence: z.array(z.string()),
  })
  .meta({ title: "SMI ConformanceReport v1" });

/** A report is written once and read by many. */
type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

export type ConformanceReport = DeepReadonly<z.infer<typeof reportSchema>>;
export type AssertionResult = DeepReadonly<z.infer<typeof assertionResultSchema>>;
export type Propagation = DeepReadonly<z.infer<typeof propagationSchema>>;
export type ReportError = DeepReadonly<z.infer<typeof errorSchema>>;
