/** What there is to look up: what does not apply, samples, phases, the old suite, and where the result comes from. */
import type { AssertionResult, ConformanceReport } from "../../domain/report/report.ts";
import { count, duration, probability } from "../text/quantities.ts";
import { legacyHeadline, oldWords, rowsOf } from "../text/wording.ts";
import { anchorOf, command } from "./assertions.ts";
import { backends, statement, statusWords } from "./findings.ts";
import { statusTones, toneIcon, tones, verdictIcon, verdictText } from "./icons.ts";
import { type Content, code, fileLink, type Html, html, joined, link, some, table } from "./text.ts";

function fold(title: string, body: Content): Html {
  return html`<details class="fold"><summary>${title}</summary><div>${body}</div></details>
`;
}

const rowLink = (report: ConformanceReport, row: AssertionResult) =>
  html`<a href="#${anchorOf(row, report.assertions.indexOf(row))}">${code(row.id, 160)}</a>`;

/** Many share a reason, so it is told once. */
function absent(report: ConformanceReport): Html | undefined {
  return some(rowsOf(report, "NOT_APPLICABLE"), (rows) =>
    fold(
      `Not applicable, and why (${rows.length})`,
      table(
        "Assertions that do not apply",
        [{ title: "Why" }, { title: "Assertions" }],
        [...Map.groupBy(rows, ({ reason }) => reason)].map(([reason, own]) => [
          reason,
          joined(
            own.map((row) => rowLink(report, row)),
            html`<br>`,
          ),
        ]),
      ),
    ),
  );
}

function observed(report: ConformanceReport): Html | undefined {
  return some(rowsOf(report, "OBSERVED"), (rows) =>
    fold(
      `Observed, without a verdict (${rows.length})`,
      table(
        "What the specification leaves open",
        [{ title: "Assertion" }, { title: "What was seen" }],
        rows.map((row) => [rowLink(report, row), row.reason]),
      ),
    ),
  );
}

function samples(report: ConformanceReport): Html | undefined {
  const all = report.assertions.flatMap((row) =>
    row.findings.flatMap((finding) => (finding.sample === undefined ? [] : [{ row, finding, sample: finding.sample }])),
  );
  return some(all, (list) =>
    fold(`Samples of random outcomes, with their bounds (${list.length})`, [
      html`<p class="quiet">False failure bounds the chance that a correct mesh is failed here, the one repeat included. The last column is the chance that a wrong mesh would pass.</p>`,
      table(
        "Samples",
        [
          { title: "Sample" },
          { title: "Requests", numeric: true },
          { title: "Tries", numeric: true },
          { title: "Backends" },
          { title: "False failure", numeric: true },
          { title: "Wrong mesh would pass" },
        ],
        list.map(({ row, finding, sample }) => [
          html`${toneIcon(statusTones[finding.status])} <span class="unseen">${statusWords[finding.status]}</span>${rowLink(report, row)}<br>${finding.phase}: ${statement(finding)}`,
          sample.n,
          sample.tries,
          backends(sample),
          probability(sample.falseFailure),
          joined(
            sample.detects.map(({ mesh, acceptedWithRepeat }) => html`${mesh}: ${probability(acceptedWithRepeat)}`),
            html`<br>`,
          ),
        ]),
      ),
    ]),
  );
}

function phases({ phases: all, durationMs }: ConformanceReport): Html | undefined {
  return some(all, (list) =>
    fold(
      `Phases: ${duration(durationMs)} in all`,
      table(
        "Phases of the run",
        [{ title: "Phase" }, { title: "Began after", numeric: true }, { title: "Took", numeric: true }],
        list.map(({ name, startedMs, durationMs: took, ok }) => [
          html`${toneIcon(ok ? "good" : "bad")} ${name}${ok ? undefined : " (failed)"}`,
          duration(startedMs),
          duration(took),
        ]),
      ),
    ),
  );
}

function legacy(report: ConformanceReport): Html | undefined {
  const headline = legacyHeadline(report);
  if (headline === undefined) return undefined;
  return fold("The old suite beside this one", [
    html`<p>${headline}</p>`,
    table(
      "The steps of the old suite, old and new",
      [{ title: "Old step" }, { title: "Old verdict" }, { title: "New verdict" }, { title: "By" }],
      report.legacy.steps.map(({ id, title, old, verdict, replacedBy }) => [
        html`${code(id)} ${title}`,
        oldWords[old],
        verdict === "NOT_RUN"
          ? verdictText(verdict)
          : html`<span class="status ${tones[verdict]}">${verdictIcon(verdict)} ${verdictText(verdict)}</span>`,
        joined(
          replacedBy.map((one) => code(one, 160)),
          html`<br>`,
        ),
      ]),
    ),
  ]);
}

const or = (value: string | null | undefined): Content =>
  value === null || value === undefined ? "–" : code(value, 400);

function sources({ provenance }: ConformanceReport): readonly (readonly [string, Content])[] {
  if (provenance === undefined) return [];
  const { action, workflow, chart, manifestSha256, seed, runnerImage } = provenance;
  return [
    ["Action", html`${or(action.repository)} at ${or(action.ref)}, commit ${or(action.commit)}`],
    ...(workflow === null
      ? []
      : [
          [
            "Workflow run",
            html`${link(workflow.url, `${workflow.repository} run ${workflow.runId}`)}, attempt ${workflow.attempt}, job ${code(workflow.job)}, event ${code(workflow.event)}, commit ${code(workflow.sha)}, ${code(workflow.ref)}`,
          ] as const,
        ]),
    ...(chart === null
      ? []
      : [["Chart", html`${code(chart.name)} ${or(chart.version)}, SHA-256 ${or(chart.sha256)}`] as const]),
    ...(manifestSha256 === null ? [] : [["Manifest's SHA-256", code(manifestSha256)] as const]),
    ...(seed === null ? [] : [["Seed", `${seed}`] as const]),
    ...(runnerImage === null ? [] : [["Runner image", code(runnerImage)] as const]),
  ];
}

function provenance(report: ConformanceReport): Html {
  const { mesh, cluster, suite, runner } = report;
  const facts: readonly (readonly [string, Content])[] = [
    ["Mesh", html`${code(mesh.name)}, asked for as ${code(mesh.versionAsked)}, found as ${or(mesh.versionFound)}`],
    ["Installed from", code(mesh.source, 400)],
    ["Access policy", mesh.access],
    ["Cluster", html`${cluster.provider} ${code(cluster.name)}, kind ${or(cluster.kind)}`],
    ["Kubernetes", html`${or(cluster.kubernetes)}, node image ${or(cluster.nodeImage)}`],
    ["Suite", code(suite.version)],
    ["Assertions' digest", code(suite.assertions)],
    ["Profile's digest", code(suite.profile)],
    ["Application image", or(suite.appImage)],
    ["Runner", `${runner.os} ${runner.arch}, ${count(runner.cpus, "CPU")}, Node ${runner.node}`],
    ...(runner.workflow === null ? [] : [["Workflow", link(runner.workflow, code(runner.workflow, 400))] as const]),
    ...sources(report),
  ];
  return html`<table class="stack facts-table"><caption class="unseen">Provenance</caption><tbody>${facts.map(
    ([name, value]) => html`<tr><th scope="row">${name}</th><td data-label=""><div>${value}</div></td></tr>
`,
  )}</tbody></table>`;
}

function running(report: ConformanceReport): readonly (Html | undefined)[] {
  return [
    some(report.mesh.images, (images) =>
      table(
        "What runs",
        [{ title: "Workload" }, { title: "Image" }, { title: "Digest" }],
        images.map(({ workload, image, digest }) => [workload, code(image, 400), code(digest, 400)]),
      ),
    ),
    some(report.served, (kinds) =>
      table(
        "SMI kinds that the cluster serves",
        [
          { title: "Kind served" },
          { title: "Versions" },
          { title: "Versions unknown to SMI" },
          { title: "Digest of the CRD's spec" },
        ],
        kinds.map(({ kind, versions, unknownVersions, sha256 }) => [
          kind,
          versions.join(", ") || "–",
          unknownVersions.join(", ") || "–",
          code(sha256),
        ]),
      ),
    ),
  ];
}

export function runSections(report: ConformanceReport): Html {
  return html`<section aria-labelledby="more"><h2 id="more">To look up</h2><div class="card">
${absent(report)}${observed(report)}${samples(report)}${phases(report)}${legacy(report)}${fold("Provenance", [provenance(report), running(report)])}
${some(report.evidence, (paths) => fold(`Evidence of the run (${paths.length})`, html`<ul class="files">${paths.map((path) => html`<li>${fileLink(path)}</li>`)}</ul>`))}
</div></section>
<section aria-labelledby="reproduce"><h2 id="reproduce">Run all of it again</h2>${command(report.reproduce)}</section>`;
}
