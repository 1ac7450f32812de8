/** The parts of the job summary about the run: where its time went, what ran, and how to run it again. */
import type { ConformanceReport } from "../../domain/report/report.ts";
import type { Part } from "../text/bounded.ts";
import { code, details, fence, table, text } from "../text/gfm.ts";
import { count, duration } from "../text/quantities.ts";
import { legacyHeadline, oldWords, verdictMarks } from "../text/wording.ts";

/** What ended the run. */
export function errorParts({ error }: ConformanceReport): readonly Part[] {
  if (error === undefined) return [];
  const body = [
    `### 💥 The run ended in phase ${text(error.phase, 80)} (${code(error.code, 80)})`,
    fence(error.message),
    `**What to do:** ${text(error.next, 1000)}`,
  ];
  return [{ text: body.join("\n\n"), drop: "section", name: "the error" }];
}

function changesParts(report: ConformanceReport): readonly Part[] {
  const changes = report.assertions.flatMap((result) => result.propagation.map((change) => ({ result, ...change })));
  const late = changes.filter((change) => !change.inForce).length;
  const seen = report.propagation;
  if (seen === null && late === 0) return [];
  const sentences = [
    ...(seen === null
      ? []
      : [
          `${count(seen.changes, "change")} came into force: half within ${duration(seen.p50Ms)} (p50), 95 % within ${duration(seen.p95Ms)} (p95).`,
        ]),
    ...(late === 0 ? [] : [`${count(late, "change")} ${late === 1 ? "was" : "were"} not in force by the deadline.`]),
  ];
  const shown = changes.toSorted((x, y) => Number(x.inForce) - Number(y.inForce) || y.ms - x.ms).slice(0, 10);
  const rows = shown.map((change) => [
    change.inForce ? duration(change.ms) : `❌ not within ${duration(change.deadlineMs)}`,
    code(change.result.id, 120),
    text(change.phase, 80),
    text(change.what, 300),
  ]);
  const slow = details("Slowest changes", table(["After", "Assertion", "Phase", "What was awaited"], rows, [0]));
  return [
    { text: `### Propagation\n\n${sentences.join(" ")}`, drop: "section", name: "the propagation times" },
    ...(rows.length === 0 ? [] : [{ text: slow, drop: "collapsed", name: "the slowest changes" } as const]),
  ];
}

function phasesParts(report: ConformanceReport): readonly Part[] {
  if (report.phases.length === 0) return [];
  const rows = report.phases
    .slice(0, 50)
    .map((phase) => [
      `${phase.ok ? "✅" : "❌"} ${text(phase.name, 80)}`,
      duration(phase.startedMs),
      duration(phase.durationMs),
    ]);
  const body = table(["Phase", "Started after", "Took"], rows, [1, 2]);
  return [
    { text: details(`Phases: ${duration(report.durationMs)} in all`, body), drop: "collapsed", name: "the phases" },
  ];
}

function legacyParts(report: ConformanceReport): readonly Part[] {
  const headline = legacyHeadline(report);
  if (headline === undefined) return [];
  const rows = report.legacy.steps.slice(0, 50).map((result) => [
    `${code(result.id, 40)} ${text(result.title, 120)}`,
    oldWords[result.old],
    `${verdictMarks[result.verdict]} ${result.verdict.replace("_", " ")}`,
    result.replacedBy
      .slice(0, 12)
      .map((id) => code(id, 120))
      .join("<br>") || "–",
  ]);
  const body = table(["Step", "Old verdict", "New verdict", "Replaced by"], rows);
  return [
    {
      text: `### Comparison with the 24-step suite of 2020\n\n${headline}`,
      drop: "section",
      name: "the comparison with the 24-step suite",
    },
    { text: details("The 24 steps, old and new", body), drop: "collapsed", name: "the table of the 24 steps" },
  ];
}

const or = (value: string | null) => (value === null ? "–" : code(value, 200));

/** What the runner says about itself and the action, and what the mesh was installed from. */
function sources({ provenance, suite }: ConformanceReport): readonly (readonly string[])[] {
  const ran = [
    ...(suite.shard === undefined ? [] : [["Shard", `${suite.shard.index} of ${suite.shard.of}`]]),
    ...(suite.repeat === undefined || suite.repeat === 1 ? [] : [["Each assertion", `${suite.repeat} times`]]),
  ];
  if (provenance === undefined) return ran;
  const { action, workflow, chart, manifestSha256, seed, runnerImage } = provenance;
  return [
    ...ran,
    ["Action", `${or(action.repository)} at ${or(action.ref)}, commit ${or(action.commit)}`],
    ...(workflow === null
      ? []
      : [
          [
            "Started by",
            `${code(workflow.event, 80)} of ${code(workflow.repository, 120)}, commit ${code(workflow.sha, 80)}, ${code(workflow.ref, 200)}; ` +
              `run ${code(workflow.runId, 40)}, attempt ${workflow.attempt}, job ${code(workflow.job, 120)}`,
          ],
        ]),
    ...(chart === null
      ? []
      : [["Chart", `${code(chart.name, 120)} ${or(chart.version)}, SHA-256 ${or(chart.sha256)}`]]),
    ...(manifestSha256 === null ? [] : [["Manifest's SHA-256", code(manifestSha256, 120)]]),
    ...(seed === null ? [] : [["Seed", `${seed}`]]),
    ...(runnerImage === null ? [] : [["Runner image", code(runnerImage, 120)]]),
  ];
}

function provenanceParts(report: ConformanceReport): readonly Part[] {
  const { mesh, cluster, suite, runner } = report;
  const node = cluster.nodeImage === null ? "" : `, node image ${code(cluster.nodeImage, 200)}`;
  const evidence = report.evidence.slice(0, 20).map((path) => code(path, 200));
  const facts = [
    [
      "Mesh",
      `${code(mesh.name, 80)}, requested as ${code(mesh.versionAsked, 80)}, running as ${or(mesh.versionFound)}`,
    ],
    ["Installed from", code(mesh.source, 300)],
    ["Access policy", text(mesh.access)],
    ["Cluster", `${text(cluster.provider)} ${code(cluster.name, 120)}, kind ${or(cluster.kind)}${node}`],
    ["Kubernetes", or(cluster.kubernetes)],
    [
      "Suite",
      `${code(suite.version, 80)}, assertions ${code(suite.assertions, 120)}, profile ${code(suite.profile, 120)}`,
    ],
    ["Application image", or(suite.appImage)],
    [
      "Runner",
      `${text(runner.os, 80)} ${text(runner.arch, 40)}, ${count(runner.cpus, "CPU")}, Node ${text(runner.node, 40)}`,
    ],
    ...(runner.workflow === null ? [] : [["Workflow", code(runner.workflow, 300)]]),
    ["Started", code(report.startedAt, 80)],
    ...sources(report),
    ...(evidence.length === 0 ? [] : [["Evidence", evidence.join("<br>")]]),
  ];
  const images = mesh.images.slice(0, 50).map((i) => [code(i.workload, 120), code(i.image, 200), code(i.digest, 120)]);
  const kinds = report.served
    .slice(0, 50)
    .map((kind) => [
      code(kind.kind, 80),
      kind.versions.map((version) => code(version, 40)).join(" ") || "–",
      kind.unknownVersions.map((version) => code(version, 40)).join(" ") || "–",
      code(kind.sha256, 120),
    ]);
  const body = [
    table(["", ""], facts),
    ...(images.length === 0 ? [] : [`**What runs**\n\n${table(["Workload", "Image", "Digest"], images)}`]),
    kinds.length === 0
      ? "No SMI kind was found in the cluster."
      : `**SMI kinds that the cluster serves**\n\n${table(["Kind", "Versions", "Versions unknown to SMI", "Digest of the CRD's spec"], kinds)}`,
  ];
  return [{ text: details("Provenance", body.join("\n\n")), drop: "collapsed", name: "the provenance" }];
}

export function runParts(report: ConformanceReport): readonly Part[] {
  return [
    ...changesParts(report),
    ...phasesParts(report),
    ...legacyParts(report),
    ...provenanceParts(report),
    { text: `### Reproduce\n\n${fence(report.reproduce, "sh")}`, drop: "section", name: "the reproduce command" },
  ];
}
