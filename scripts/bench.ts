/**
 * Runs the suite many times on one warm cluster, and prints how long each run took and whether its verdicts were the same:
 * `npm run bench -- --runs 10 --manifest FILE --node-image IMAGE ...` (inputs of the action besides `--runs`). Without `--only` it
 * runs the 24 assertions of the first release, so that figures of different days can be compared; `--only all` runs all.
 */
import { mkdtemp } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createConsoleLog } from "../src/adapters/console-log.ts";
import { readCatalogue } from "../src/adapters/files/catalogue.ts";
import type { ConformanceReport } from "../src/domain/report/report.ts";
import { converge } from "../src/engine/convergence.ts";
import { runConformance } from "../src/engine/run/run-conformance.ts";
import { inputDefinitions } from "../src/inputs/definitions/index.ts";
import type { RawInputs } from "../src/inputs/inputs.ts";
import { setUpRun } from "../src/setup/run-setup.ts";

const root = join(import.meta.dirname, "..");
const lab: RawInputs = {
  mesh: "traefik-mesh",
  "mesh-version": "1.4.8",
  "node-image": "smi-lab/node:v1.34.4",
  manifest: join(root, "test", "lab", "manifests", "traefik-mesh-1.4.8.yaml"),
  "app-base-image": "smi-lab/node24:24",
};
/** Assertions of the first release that replace no step of the 24-step suite; the others have `replaces`. */
const besides = [
  "traffic-access/targets-are-additive",
  "traffic-specs/headers-and",
  "traffic-split/three-backends",
  "traffic-split/weights-not-100",
  "resource/target-requires-three",
  "resource/removed-port-field",
];
const { assertions } = await readCatalogue(join(root, "assertions"));
const first24 = assertions
  .filter(({ id, replaces }) => replaces.length > 0 || besides.includes(id))
  .map(({ id }) => id);

const names = Object.fromEntries(inputDefinitions.map(({ name }) => [name, { type: "string" }] as const));
const { runs = "10", ...given } = parseArgs({ options: { ...names, runs: { type: "string" } } }).values as Record<
  string,
  string
>;
if (given.only === "all") delete given.only;
else given.only ??= first24.join(",");
const log = createConsoleLog({ debug: false });
const quiet = { ...log, info: () => {}, group: () => {}, endGroup: () => {} };

async function prepared(raw: RawInputs) {
  const reportDir = await mkdtemp(join(tmpdir(), "smi-bench-"));
  return setUpRun(
    { "report-dir": reportDir, ...raw },
    { root, log: quiet, signal: new AbortController().signal, ownerPid: process.pid },
  );
}

const seconds = (ms: number | null) => (ms === null ? "-" : (ms / 1000).toFixed(1));
const line = (columns: readonly string[]) => process.stdout.write(`${columns.map((c) => c.padStart(12)).join("")}\n`);
const verdictsOf = (report: ConformanceReport) => report.assertions.map((a) => `${a.id} ${a.verdict}`).join("\n");

function show(name: string, report: ConformanceReport): void {
  line([
    name,
    seconds(report.suite.cellsReadyMs),
    seconds(report.suite.verdictsMs),
    seconds((report.suite.cellsReadyMs ?? 0) + (report.suite.verdictsMs ?? 0)),
    String(report.propagation?.p50Ms ?? "-"),
    String(report.propagation?.p95Ms ?? "-"),
    String(report.counts.PASS),
    String(report.counts.FAIL),
    String(report.counts.INCONCLUSIVE + report.counts.ERROR),
  ]);
}

const first = await prepared({ ...lab, ...given, "keep-cluster": "true" });
process.stdout.write(
  `${cpus().length} CPUs, ${cpus()[0]?.model ?? ""}; ${first.plan.assertions.length} assertions; creating the cluster and installing the mesh ...\n`,
);
const warmUp = await runConformance(first.plan, first.deps);
const kubeconfig = first.kubeconfig();
try {
  for (const phase of warmUp.phases)
    process.stdout.write(`  ${phase.name.padEnd(10)} ${seconds(phase.durationMs)} s\n`);
  line(["run", "pods s", "verdicts s", "suite s", "p50 ms", "p95 ms", "PASS", "FAIL", "unclear"]);
  show("first", warmUp);
  if (process.env.SMI_BENCH_ASSERTIONS)
    for (const a of warmUp.assertions) process.stdout.write(`    ${a.cell} ${a.startedMs} ${a.durationMs} ${a.id}\n`);
  let differing = 0;
  for (let run = 1; run <= Number(runs); run++) {
    const again = await prepared({
      mesh: lab.mesh ?? "",
      "mesh-version": lab["mesh-version"] ?? "",
      ...given,
      "node-image": "",
      manifest: "",
      cluster: "existing",
      install: "false",
      kubeconfig: kubeconfig ?? "",
      "app-image": warmUp.suite.appImage ?? "",
    });
    // Deletions of the last run would take processor time from this one.
    const cluster = await again.deps.connect(kubeconfig ?? "");
    await converge({
      name: "the last run's namespaces are gone",
      deadlineMs: 120_000,
      intervalMs: 250,
      clock: again.deps.clock,
      observe: () => cluster.list({ apiVersion: "v1", kind: "Namespace" }),
      done: (seen) => !seen.some(({ metadata }) => metadata.name.startsWith("smi-")),
    });
    const report = await runConformance(again.plan, again.deps);
    show(String(run), report);
    if (verdictsOf(report) !== verdictsOf(warmUp)) {
      differing += 1;
      const before = new Map(warmUp.assertions.map((a) => [a.id, a.verdict]));
      for (const a of report.assertions)
        if (before.get(a.id) !== a.verdict)
          process.stdout.write(`    ${a.id}: ${before.get(a.id)} in the first run, now ${a.verdict}: ${a.reason}\n`);
    }
  }
  process.stdout.write(`${differing} of ${runs} runs have a verdict that differs from the first run\n`);
  process.exitCode = differing === 0 ? 0 : 1;
} finally {
  await first.kind?.cluster.means.provider.delete(warmUp.cluster.name);
}
process.exit();
