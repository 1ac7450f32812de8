/**
 * ConformanceReport v1, as releases before the names of outcomes and controls wrote it. Frozen: it shares nothing with the
 * version of today, which may change. `upgrade-v1.ts` makes a report of today of it.
 */
import { z } from "zod";
import { assertionResultV1Schema, ms, specNames, verdicts } from "./assertion-result-v1.ts";

export const REPORT_V1_API_VERSION = "smi-conformance/v1";

const counts = z.record(z.enum(verdicts), z.number().int());
const percent = z
  .number()
  .min(0)
  .max(100)
  .nullable()
  .describe("Share of applicable MUST rows that pass, in percent; null when none applies");

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

const failOnModes = ["must-failures", "any-failure", "regression", "never"] as const;
const share = z.number().min(0).max(100);
const gatePolicySchema = z.strictObject({
  failOn: z.enum(failOnModes),
  minimum: z.strictObject({ all: share.nullable(), perSpec: z.partialRecord(z.enum(specNames), share) }),
  require: z.array(z.string()).describe("Ids of assertions and names of specs that have to be run and to pass"),
  allowed: z.array(
    z.strictObject({ id: z.string(), reason: z.string(), expires: z.string().describe("Last day, YYYY-MM-DD, UTC") }),
  ),
  regression: z.boolean().describe("A baseline was given: what passed there and does not now blocks"),
});

const gateSchema = z.strictObject({
  decision: z.enum(["pass", "block"]),
  enforced: z.boolean().describe("false: fail-on is never, so that the step is green whatever was decided"),
  failOn: z.enum(failOnModes),
  rules: z.array(z.strictObject({ rule: z.string(), held: z.boolean(), text: z.string(), ids: z.array(z.string()) })),
  allowed: z.array(z.strictObject({ id: z.string(), reason: z.string(), expires: z.string(), used: z.boolean() })),
  newlyPassing: z.array(z.string()),
  policy: gatePolicySchema.describe("As it was applied, so that the decision can be made again"),
  baseline: z
    .strictObject({ mesh: z.string(), version: z.string(), sha256: z.string(), source: z.string() })
    .nullable(),
});

export const reportV1Schema = z
  .strictObject({
    apiVersion: z.literal(REPORT_V1_API_VERSION),
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
        .strictObject({ index: z.number().int().min(1).max(256), of: z.number().int().min(1).max(256) })
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
    assertions: z.array(assertionResultV1Schema),
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

export type ReportV1 = z.infer<typeof reportV1Schema>;
