/**
 * Measures the embedded cluster: the whole suite as a user runs it, in memory and over sockets, and the kill matrix.
 *   npm run bench:embedded [-- --runs N]
 * Exit code 1: a run was not conformant, or the kill matrix is out of date.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { reportSchema } from "../src/domain/report/report.ts";

const root = join(import.meta.dirname, "..");
const {
  values: { runs },
} = parseArgs({ options: { runs: { type: "string", default: "5" } } });

/** Exit code and seconds of one of this project's own programs. */
function timed(...argv: readonly string[]): Promise<{ readonly code: number; readonly seconds: number }> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [...argv], { cwd: root, maxBuffer: 1 << 26 });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? -1, seconds: (performance.now() - began) / 1000 }));
  });
}

const show = (what: string, seconds: readonly number[]) => {
  const sorted = seconds.toSorted((x, y) => x - y);
  const at = (index: number) => `${(sorted[index] ?? 0).toFixed(1)} s`.padStart(9);
  process.stdout.write(`${what.padEnd(44)}${at(0)}${at(Math.floor(sorted.length / 2))}${at(sorted.length - 1)}\n`);
};

process.stdout.write(`${cpus().length} CPUs, ${cpus()[0]?.model ?? ""}\n${"".padEnd(44)}  minimum   median  maximum\n`);
let good = true;
for (const [wire, times] of [
  ["memory", Number(runs)],
  ["sockets", 1],
] as const) {
  const whole: number[] = [];
  const suite: number[] = [];
  let assertions = 0;
  for (let run = 1; run <= times; run++) {
    const folder = await mkdtemp(join(tmpdir(), "smi-bench-"));
    const inputs = ["--cluster", "embedded", "--wire", wire, "--seed", String(run), "--report-dir", folder];
    const { code, seconds } = await timed("src/cli.ts", ...inputs);
    const report = reportSchema.parse(JSON.parse(await readFile(join(folder, "report.json"), "utf8")));
    await rm(folder, { recursive: true });
    good &&= code === 0 && report.verdict === "conformant";
    assertions = report.assertions.length;
    whole.push(seconds);
    suite.push(((report.suite.cellsReadyMs ?? 0) + (report.suite.verdictsMs ?? 0)) / 1000);
  }
  show(`suite, ${assertions} assertions, ${wire}, ${times} run(s)`, suite);
  show("  the same, from command to report", whole);
}
const matrix = await timed("scripts/mutants.ts", "--check");
good &&= matrix.code === 0;
show("kill matrix (npm run mutants -- --check)", [matrix.seconds]);
process.exitCode = good ? 0 : 1;
