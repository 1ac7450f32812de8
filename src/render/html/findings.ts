/** What was measured of one assertion, in full. */
import type { AssertionResult, Propagation } from "../../domain/report/report.ts";
import { clauseName, clauseUrl } from "../../domain/smi/specification.ts";
import { duration, probability } from "../text/quantities.ts";
import { controlMeanings, type Finding } from "../text/wording.ts";
import { statusTones, toneIcon } from "./icons.ts";
import { type Content, code, type Html, html, joined, link, table } from "./text.ts";

type Sample = NonNullable<Finding["sample"]>;

export const statusWords: Readonly<Record<Finding["status"], string>> = {
  held: "held",
  violated: "violated",
  unknown: "unclear",
};

/** Links to the clauses, and what they require in a sentence. */
export function clauses({ basis, says }: Pick<AssertionResult, "basis" | "says">): Content {
  const links =
    basis.length === 0
      ? "no clause of the specification"
      : joined(
          basis.map((clause) => link(clauseUrl(clause), clauseName(clause))),
          ", ",
        );
  return ["Clause: ", links, says === null ? "" : [". ", says]];
}

export function statement({ control, statement: said, recorded }: Finding): Content {
  if (control !== undefined) return html`<abbr title="${controlMeanings[control]}">Control ${control}</abbr>: ${said}`;
  return recorded === true ? html`Recorded, without a verdict: ${said}` : said;
}

export function backends({ bins }: Sample): Html {
  return html`<ul class="backends">${bins.map(({ backend, weight, low, high, observed }) => {
    const outside = observed < low || observed > high;
    const range = low === high ? `${low}` : `${low} to ${high}`;
    return html`<li>${toneIcon(outside ? "bad" : "good")} ${code(backend, 80)} weight ${weight}: ${range} accepted, <strong>${observed}</strong> observed</li>`;
  })}</ul>`;
}

export function bounds({ n, tries, falseFailure, detects }: Sample): Content {
  const wrong = detects.map(({ mesh, acceptedWithRepeat }) => `${mesh} ${probability(acceptedWithRepeat)}`).join(", ");
  return [
    `${n} requests, ${tries === 1 ? "1 try" : `${tries} tries`}; a correct mesh fails this with probability at most ${probability(falseFailure)}`,
    wrong === "" ? "" : `; a faulty mesh passes with probability: ${wrong}`,
    ".",
  ].join("");
}

export function findingTable(findings: readonly Finding[]): Html {
  return table(
    "Findings",
    [{ title: "Status" }, { title: "Phase" }, { title: "Finding" }, { title: "Expected" }, { title: "Observed" }],
    findings.map((finding) => [
      html`<span class="status ${statusTones[finding.status]}">${toneIcon(statusTones[finding.status])} ${statusWords[finding.status]}</span>`,
      finding.phase,
      statement(finding),
      finding.expected,
      finding.sample === undefined
        ? finding.observed
        : html`${finding.observed}${backends(finding.sample)}<small>${bounds(finding.sample)}</small>`,
    ]),
  );
}

export const inForceText = ({ inForce, ms, deadlineMs }: Propagation): string =>
  inForce ? duration(ms) : `not within ${duration(deadlineMs)}`;

export function changeTable(changes: readonly Propagation[]): Html {
  return table(
    "Changes and how long they took to come into force",
    [{ title: "In force after" }, { title: "Phase" }, { title: "What was awaited" }],
    changes.map((change) => [inForceText(change), change.phase, change.what]),
  );
}
