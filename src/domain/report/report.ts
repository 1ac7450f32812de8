/** ConformanceReport v2: the public result of a run. The JSON Schema that is published is made from this file. */
import { z } from "zod";
import { gateSchema } from "../gate/gate-policy.ts";
import { specNames } from "../smi/kinds.ts";
import { assertionResultSchema, ms } from "./assertion-result.ts";
import { verdicts } from "./verdict.ts";

export const REPORT_API_VERSION = "smi-conformance/v2";

const counts = z.record(z.enum(verdicts), z.number().int());
const percent = z
  .number()
  .min(0)
  .max(100)
  .nullable()
  .describe("Share of the applicable MUST assertions that pass, in percent; null when none applies");

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
    seed: z.number().int().nullable().describe("Random seed of the embedded cluster"),
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
    error: errorSchema.optional().describe("What ended the run early"),
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
        .describe("Fault that was put into the reference mesh on purpose, to see whether the suite finds it"),
    }),
    cluster: z.strictObject({
      provider: z
        .enum(["kind", "existing", "embedded"])
        .describe("embedded: the mesh is this suite's own reference mesh, and the verdict is about no other"),
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
        .describe("Ids of the assertions that were to run: a report without a result of each is incomplete"),
      shard: z
        .strictObject({ index: z.number().int().min(1).max(256), of: z.number().int().min(1).max(256) })
        .optional()
        .describe("Part of the selected assertions that this run had; the other parts are in reports of their own"),
      repeat: z.number().int().min(1).optional().describe("Times that each assertion was run; 1 where it is absent"),
      cellsReadyMs: ms
        .nullable()
        .describe("From the start of the suite until the last of its first test cells was in its steady state"),
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
    legacy: z
      .strictObject({
        asPublished: z.number().int().describe("Steps that it would have counted as passed, as it was published"),
        crdChecksPorted: z.number().int().describe("The same with its CRD checks ported to the API of today"),
        sound: z.number().int().describe("Steps whose assertions here pass"),
        steps: z.array(
          z.strictObject({
            id: z.string(),
            title: z.string(),
            old: z.enum(["PASSED", "FAILED", "NOT_REACHED"]),
            replacedBy: z.array(z.string()).describe("Assertions of this report"),
            verdict: z.enum([...verdicts, "NOT_RUN"]),
          }),
        ),
      })
      .describe("Comparison with the 24-step suite of 2020"),
    provenance: provenanceSchema.optional(),
    gate: gateSchema.optional().describe("Whether this report lets a release pass, and which rules said so"),
    reproduce: z.string().describe("Command that runs the same again"),
    evidence: z.array(z.string()),
  })
  .meta({ title: "SMI ConformanceReport v2" });

/** A report is written once and read by many. */
type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

export type ConformanceReport = DeepReadonly<z.infer<typeof reportSchema>>;
export type AssertionResult = DeepReadonly<z.infer<typeof assertionResultSchema>>;
export type Propagation = AssertionResult["propagation"][number];
export type ReportError = DeepReadonly<z.infer<typeof errorSchema>>;
