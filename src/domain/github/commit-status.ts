/** The commit status of a run: its context, its one line, and what came of setting it. */
import { identityParts, type RunIdentity } from "../matrix/run-identity.ts";
import { meshVersion, withoutV } from "../report/mesh-version.ts";
import type { ConformanceReport } from "../report/report.ts";
import { countMust, isUnclear } from "../report/verdict.ts";
import { specNames } from "../smi/kinds.ts";

export type StatusState = "error" | "failure" | "pending" | "success";

export interface CommitStatus {
  /** 40 hexadecimal digits. */
  readonly sha: string;
  readonly state: StatusState;
  /** What the status is of; a later status with the same context (in any case) replaces it. */
  readonly context: string;
  /** At most `DESCRIPTION_LIMIT` characters. */
  readonly description: string;
  /** Where the status leads to: http or https. */
  readonly targetUrl?: string | undefined;
}

/** The outcome of setting one. None of these is a reason to change the verdict. */
export type StatusOutcome =
  | {
      /** Address of the status at the API. */
      readonly set: string;
    }
  | {
      /** The token may only read, as that of a fork's pull request. */
      readonly readOnly: string;
      readonly next: string;
    }
  | { readonly failed: string; readonly next: string };

/** Why no status was set, and what to do about it. */
export const whyNoStatus = (outcome: Exclude<StatusOutcome, { readonly set: string }>): string =>
  `${"readOnly" in outcome ? outcome.readOnly : outcome.failed}. ${outcome.next}`;

/** Characters that GitHub takes; more are refused with 422, not cut. */
export const DESCRIPTION_LIMIT = 140;
export const CONTEXT_LIMIT = 255;

const PREFIX = "smi-conformance";

/** GitHub refuses characters of four bytes ("doesn't accept 4-byte Unicode"), and a line is a line. */
const plain = (text: string) =>
  text
    .replace(/[\u{10000}-\u{10FFFF}]/gu, "")
    .replace(/[\p{C}\s]+/gu, " ")
    .trim();

const length = (text: string) => [...text].length;

/** Shortens at a space where there is one in the second half, and shows that it did. */
function cut(text: string, limit: number): string {
  if (length(text) <= limit) return text;
  const kept = [...text].slice(0, limit - 1).join("");
  const space = kept.lastIndexOf(" ");
  return `${(space > kept.length / 2 ? kept.slice(0, space) : kept).trimEnd()}…`;
}

/** `smi-conformance/<mesh>/<version>`, then what distinguishes this run from others of the same mesh. */
export function defaultContext(run: RunIdentity): string {
  return cut(plain([PREFIX, ...identityParts(run)].join("/")), CONTEXT_LIMIT);
}

/** What is wrong with a context that the user gave, or undefined. */
export function contextProblem(context: string): string | undefined {
  if (context.trim() === "") return "is blank";
  if (plain(context) !== context)
    return `"${context}" has characters that GitHub refuses in a context: line breaks, blanks at an end or in a row, or emoji`;
  const size = length(context);
  return size > CONTEXT_LIMIT ? `has ${size} characters; GitHub takes ${CONTEXT_LIMIT}` : undefined;
}

/** `Traefik Mesh v1.4.8`; a version that is a number gets its v. */
function subject(title: string, version: string): string {
  const number = withoutV(version);
  return cut(plain(`${title} ${/^\d/.test(number) ? `v${number}` : number}`), 70);
}

/** As many of the parts as fit, from the front; what is left out is shown as an ellipsis, and no part is cut. */
function lineOf(head: string, parts: readonly string[]): string {
  const whole = parts.map(plain).filter((part) => part !== "");
  for (let count = whole.length; count > 0; count--) {
    const left = count < whole.length ? ", …" : "";
    const line = `${head}: ${whole.slice(0, count).join(", ")}${left}`;
    if (length(line) <= DESCRIPTION_LIMIT) return line;
  }
  return cut(`${head}: ${whole[0] ?? ""}`, DESCRIPTION_LIMIT);
}

/** As much of a report as its description needs. */
export type DescribedReport = Pick<ConformanceReport, "mesh" | "verdict" | "assertions" | "specs" | "error" | "gate">;

function scored({ assertions, verdict }: DescribedReport): readonly string[] {
  const { passed, applicable } = countMust(assertions);
  const unclear = assertions.filter(isUnclear).length;
  return [
    ...(verdict === "inconclusive" ? ["inconclusive"] : []),
    applicable === 0 ? "no MUST applied" : `${passed}/${applicable} MUST`,
    ...(unclear > 0 ? [`${unclear} unclear`] : []),
  ];
}

/** Rules that the verdict and its figures imply. */
const implied: readonly string[] = ["failures", "inconclusive"];

/** What the gate adds to the verdict: which rules stopped it, or why it lets failures pass. */
function gated({ gate, verdict }: DescribedReport): readonly string[] {
  if (gate === undefined) return [];
  if (gate.decision === "pass") {
    if (verdict === "conformant") return [];
    const used = gate.allowed.filter((one) => one.used).length;
    return [used > 0 ? `${used} known failure${used === 1 ? "" : "s"} allowed` : `gated on ${gate.failOn}`];
  }
  if (!gate.enforced) return ["gate not enforced"];
  const broken = gate.rules.filter(({ held, rule }) => !held && (verdict === "conformant" || !implied.includes(rule)));
  const rules = [...new Set(broken.map(({ rule }) => rule))].join(" and ");
  return rules === "" ? [] : [`blocked by ${rules}`];
}

/** `Traefik Mesh v1.4.8: 61/66 MUST, access FULL, split HALF`. It gives the figures; the state gives the decision. */
export function reportDescription(report: DescribedReport): string {
  const head = subject(report.mesh.title, meshVersion(report));
  if (report.verdict === "error" && report.error !== undefined)
    return cut(`${head}: error, ${plain(report.error.message)}`, DESCRIPTION_LIMIT);
  const specs = specNames.flatMap((name) => report.specs.filter(({ spec }) => spec === name));
  return lineOf(head, [
    ...(report.verdict === "error" ? ["error"] : []),
    ...scored(report),
    ...gated(report),
    ...specs.map(({ spec, capability }) => `${spec.replace(/^traffic-/, "")} ${capability.replace("_", " ")}`),
  ]);
}

/** For the status that is set before the run. */
export function pendingDescription(title: string, version: string): string {
  return `${subject(title, version)}: SMI conformance is being tested`;
}

/** For a run without a report. @param why for example `the run was cancelled` */
export function unfinishedDescription(title: string, version: string, why: string): string {
  return cut(`${subject(title, version)}: no verdict, ${plain(why)}`, DESCRIPTION_LIMIT);
}
