/** Details: what does not apply, samples, phases, the 24-step suite, and where the result comes from. */
import type { AssertionResult, ConformanceReport } from "../../domain/report/report.ts";
import { count, duration, probability } from "../text/quantities.ts";
import { legacyHeadline, oldWords, resultsWith } from "../text/wording.ts";
import { anchorOf, command } from "./assertions.ts";
import { backends, statement, statusWords } from "./findings.ts";
import { statusTones, toneIcon, tones, verdictIcon, verdictText } from "./icons.ts";
import { type Content, code, fileLink, type Html, html, joined, link, some, table } from "./text.ts";

function fold(title: string, body: Content): Html {
  return html`<details class="fold"><summary>${title}</summary><div>${body}</div></details>
`;
}

const resultLink = (report: ConformanceReport, result: AssertionResult) =>
  html`<a href="#${anchorOf(result, report.assertions.indexOf(result))}">${code(result.id, 160)}</a>`;

/** Many share a reason, so it is given once. */
function absent(report: ConformanceReport): Html | undefined {
  return some(resultsWith(report, "NOT_APPLICABLE"), (rows) =>
    fold(
      `Not applicable, and why (${rows.length})`,
      table(
        "Assertions that do not apply",
        [{ title: "Why" }, { title: "Assertions" }],
        [...Map.groupBy(rows, ({ reason }) => reason)].map(([reason, own]) => [
          reason,
          joined(
            own.map((result) => resultLink(report, result)),
            html`<br>`,
          ),
        ]),
      ),
    ),
  );
}

function observed(report: ConformanceReport): Html | undefined {
  return some(resultsWith(report, "OBSERVED"), (rows) =>
    fold(
      `Observed, without a verdict (${rows.length})`,
      table(
        "What the specification leaves open",
        [{ title: "Assertion" }, { title: "What was observed" }],
        rows.map((result) => [resultLink(report, result), result.reason]),
      ),
    ),
  );
}

function samples(report: ConformanceReport): Html | undefined {
  const all = report.assertions.flatMap((result) =>
    result.findings.flatMap((finding) =>
      finding.sample === undefined ? [] : [{ result, finding, sample: finding.sample }],
    ),
  );
  return some(all, (list) =>
    fold(`Samples of random outcomes, with their bounds (${list.length})`, [
      html`<p class="quiet">False failure is an upper bound on the probability that a correct mesh fails the sample, its one repeat included. The last column is the probability that a mesh with the named fault passes.</p>`,
      table(
        "Samples",
        [
          { title: "Sample" },
          { title: "Requests", numeric: true },
          { title: "Tries", numeric: true },
          { title: "Backends" },
          { title: "False failure", numeric: true },
          { title: "Faulty mesh passes" },
        ],
        list.map(({ result, finding, sample }) => [
          html`${toneIcon(statusTones[finding.status])} <span class="unseen">${statusWords[finding.status]}</span>${resultLink(report, result)}<br>${finding.phase}: ${statement(finding)}`,
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
        [{ title: "Phase" }, { title: "Started after", numeric: true }, { title: "Took", numeric: true }],
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
  return fold("Comparison with the 24-step suite of 2020", [
    html`<p>${headline}</p>`,
    table(
      "The 24 steps, old and new",
      [{ title: "Step" }, { title: "Old verdict" }, { title: "New verdict" }, { title: "Replaced by" }],
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
    ["Mesh", html`${code(mesh.name)}, requested as ${code(mesh.versionAsked)}, running as ${or(mesh.versionFound)}`],
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
  return html`<section aria-labelledby="more"><h2 id="more">Details</h2><div class="card">
${absent(report)}${observed(report)}${samples(report)}${phases(report)}${legacy(report)}${fold("Provenance", [provenance(report), running(report)])}
${some(report.evidence, (paths) => fold(`Evidence of the run (${paths.length})`, html`<ul class="files">${paths.map((path) => html`<li>${fileLink(path)}</li>`)}</ul>`))}
</div></section>
<section aria-labelledby="reproduce"><h2 id="reproduce">Reproduce the whole run</h2>${command(report.reproduce)}</section>`;
}
