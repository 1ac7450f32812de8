/** What the cells of the table say, in each form of the matrix. */
import type { ConformanceMatrix, MatrixProblem, MatrixRow } from "../../domain/matrix/matrix.ts";
import { rowName } from "../../domain/matrix/place.ts";
import { mustShare } from "../text/by-spec.ts";

export type MatrixSpec = MatrixRow["specs"][number];

/** `61/66 (92.4 %)`, or a dash where no MUST assertion applies. */
export function share({ must, percentage }: Pick<MatrixRow, "must" | "percentage">): string {
  return mustShare(must, percentage) ?? "–";
}

export const specOf = (row: MatrixRow, spec: MatrixSpec["spec"]) => row.specs.find((one) => one.spec === spec);

/** `kind, v1.34.4`. */
export function clusterText({ provider, kubernetes }: Pick<MatrixRow, "provider" | "kubernetes">): string {
  return [provider, ...(kubernetes === null ? [] : [kubernetes])].join(", ");
}

export const meshText = ({ title, mutant }: Pick<MatrixRow, "title" | "mutant">) =>
  mutant === null ? title : `${title} (fault ${mutant})`;

export function gateText({ gate }: Pick<MatrixRow, "gate">): string {
  if (gate.decision === "pass") return "pass";
  return gate.enforced ? "block" : "would block";
}

/** Whether any row was compared: where none was, the table has nothing about baselines. */
export const isCompared = ({ rows }: ConformanceMatrix) => rows.some(({ baseline }) => baseline !== undefined);

/** What became of the assertions that passed in the baseline, and of those that did not; the most important first. */
export function changesText({ baseline, results }: Pick<MatrixRow, "baseline" | "results">): string {
  if (baseline === undefined) return "none";
  const { ids, newlyPassing } = baseline;
  const run = new Set(results.map(({ id }) => id));
  const worse = ids.filter((id) => run.has(id)).length;
  const counts = [
    [worse, "worse"],
    [ids.length - worse, "not run"],
    [newlyPassing.length, "newly passing"],
  ] as const;
  const words = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return ids.length === 0 ? ["nothing worse", ...words].join(", ") : words.join(", ");
}

/** `Traefik Mesh 1.4.7 on kind, Kubernetes v1.34.4`, of the row that it was compared with. */
export const baselineName = (row: MatrixRow, baseline: NonNullable<MatrixRow["baseline"]>) =>
  rowName({ ...baseline, title: meshText({ title: row.title, mutant: baseline.mutant }) });

/** What an assertion is in a row now. */
export const verdictIn = ({ results }: Pick<MatrixRow, "results">, id: string) =>
  results.find((one) => one.id === id)?.verdict.replace("_", " ") ?? "not run";

/** `203`, or `150 of 203 or more` where some are missing. */
export function runText({ results, missing, whole }: MatrixRow): string {
  if (whole) return `${results.length}`;
  const known = results.length + missing.assertions.length + missing.unnamed;
  return `${results.length} of ${known}${missing.shards.length === 0 ? "" : " or more"}`;
}

export const problemTitles: Readonly<Record<MatrixProblem["kind"], string>> = {
  unreadable: "unreadable",
  truncated: "truncated",
  "no-report": "no report",
  "older-schema": "unsupported version",
  inconsistent: "inconsistent",
  "missing-shard": "missing shard",
  "missing-rows": "missing results",
  "too-few": "too few reports",
  baseline: "baseline",
  conflict: "conflict",
  duplicate: "duplicate",
  ignored: "ignored",
};

/** The digest of the assertions where rows differ in it: their percentages are of different suites. */
export function suitesDiffer({ rows }: ConformanceMatrix): boolean {
  return new Set(rows.map(({ assertions }) => assertions)).size > 1;
}

export const shortDigest = (digest: string) => digest.replace(/^sha256:/, "").slice(0, 12);

export function headline({ decision, rows, problems }: ConformanceMatrix): string {
  const blocking = rows.filter(({ gate }) => gate.decision === "block").length;
  const holes = problems.filter(({ blocks }) => blocks).length;
  const reasons = [
    ...(rows.length === 0 ? ["there is no report"] : []),
    ...(blocking === 0
      ? []
      : [
          rows.length === 1
            ? "the row blocks"
            : `${blocking} of ${rows.length} rows ${blocking === 1 ? "blocks" : "block"}`,
        ]),
    ...(holes === 0 ? [] : [`the matrix is incomplete (${holes} problem${holes === 1 ? "" : "s"})`]),
  ];
  if (decision === "pass")
    return `Gate: pass. ${rows.length === 1 ? "The row passes" : `All ${rows.length} rows pass`}.`;
  return `Gate: BLOCK. ${reasons.join(", and ").replace(/^./, (first) => first.toUpperCase())}.`;
}
