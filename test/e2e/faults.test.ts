/** What breaks below the suite on a real cluster is reported as that: never as a mesh that conforms, or that does not. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { WORKLOAD_LABEL } from "../../src/engine/cell/manifest.ts";
import type { RawInputs } from "../../src/inputs/inputs.ts";
import { type CliResult, type RunningCli, startCli } from "./support/cli.ts";
import { clusters, deleteCluster, docker, inNode, kubectl, nodeOf } from "./support/kind-clusters.ts";
import { traefikMesh } from "./support/lab.ts";

const root = join(import.meta.dirname, "..", "..");
const row = "traffic-access/turns";
/** Each takes a part of a second: all of them longer than it takes to bring a fault about. */
const TURNS = 200;

/** Milliseconds in which a run ends though its node answers nothing. */
const INTERRUPTED_MS = 30_000;

let folder = "";
const made = new Set<string>();
const runs: RunningCli[] = [];

/** One assertion that grants and revokes, over and over. */
function turns(): string {
  const steps = Array.from(
    { length: TURNS },
    (_, turn) => `
  - name: granted ${turn}
    apply:
      - httpRouteGroup: everything
        matches: all
      - trafficTarget: grant
        destination: server
        sources: [client]
        rules: [{httpRouteGroup: everything, matches: [all]}]
  - expect:
      - {from: client, to: server, get: /, is: ok}
  - name: revoked ${turn}
    remove: [{trafficTarget: grant}]
  - expect:
      - {from: client, to: server, get: /, is: refused}`,
  );
  return `format: 2
id: ${row}
title: What is granted works, and what is revoked does not, ${TURNS} times
says: What is granted works, and what is revoked does not.
level: MUST
fixture: access
steps:${steps.join("")}
`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "smi-faults-"));
  await mkdir(join(folder, "assertions", "fixtures"), { recursive: true });
  await mkdir(join(folder, "assertions", "traffic-access"));
  const fixture = await readFile(join(root, "assertions", "fixtures", "access.yaml"), "utf8");
  await writeFile(join(folder, "assertions", "fixtures", "access.yaml"), fixture);
  await writeFile(join(folder, "assertions", `${row}.yaml`), turns());
});

afterEach(async () => {
  for (const run of runs.splice(0)) await run.remove();
  for (const name of made) await deleteCluster(name);
  made.clear();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function start(inputs: RawInputs): Promise<{ readonly run: RunningCli; readonly cluster: string }> {
  const run = await startCli({ ...traefikMesh, ...inputs }, ["--debug"]);
  runs.push(run);
  const [, cluster = ""] = await run.seen(/Creating kind cluster (\S+)\n/);
  made.add(cluster);
  return { run, cluster };
}

/** A run of the long row, in its cell that is in its steady state. */
async function inTheRow() {
  const started = await start({ assertions: join(folder, "assertions") });
  await started.run.seen(/cell access-1 is in its steady state/);
  return started;
}

/** What every fault has to come to. */
async function expectNoClaim(ended: CliResult, cluster: string) {
  expect(ended.exitCode, ended.stderr.slice(-8000)).toBe(3);
  const { report } = ended;
  if (report === undefined) throw new Error(`no report was written:\n${ended.stderr.slice(-8000)}`);
  expect(["error", "inconclusive"]).toContain(report.verdict);
  expect(report.percentage === null || report.percentage < 100).toBe(true);
  for (const { verdict } of report.assertions) expect(["ERROR", "INCONCLUSIVE"]).toContain(verdict);
  for (const file of [...report.evidence, ...report.assertions.flatMap(({ evidence }) => evidence)])
    expect(ended.files).toContain(file);
  expect(ended.files).toEqual(expect.arrayContaining(["report.json", "report.md", "junit.xml"]));
  expect(await clusters()).not.toContain(cluster);
  return report;
}

describe("before the suite", () => {
  it("a mesh that never becomes ready is an error of its phase, with its pods, events and logs", async () => {
    const manifest = join(folder, "broken.yaml");
    const profile = join(folder, "impatient.yaml");
    const whole = await readFile(traefikMesh.manifest ?? "", "utf8");
    const broken = whole.replace(/image: "?smi-lab\/traefik:[^"\s]+"?/g, "image: smi-lab/no-such-proxy:v0");
    expect(broken).not.toBe(whole);
    await writeFile(manifest, broken);
    const bundled = await readFile(join(root, "meshes", "traefik-mesh.yaml"), "utf8");
    // Long enough for the controller to have started, and to have a log.
    const impatient = bundled.replace("deadline: 180", "deadline: 15");
    expect(impatient).not.toBe(bundled);
    await writeFile(profile, impatient);

    const { run, cluster } = await start({ manifest, "mesh-profile": profile, only: "resource/crd-trafficsplit" });
    const ended = await run.ended;
    const report = await expectNoClaim(ended, cluster);
    expect(report.error).toMatchObject({
      phase: "mesh",
      code: "mesh-not-ready",
      message: expect.stringContaining("traefik-mesh-proxy"),
    });
    expect(report.assertions).toEqual([]);
    const below = "evidence/cluster/traefik-mesh";
    expect(ended.files).toEqual(
      expect.arrayContaining([
        `${below}/pods.json`,
        `${below}/events.txt`,
        expect.stringMatching(`^${below}/traefik-mesh-controller.*\\.log$`),
        "evidence/cluster/kube-system/pods.json",
        "evidence/kind",
      ]),
    );
    expect(ended.stdout).toContain("traefik-mesh-proxy");
  });
});

describe("in the middle of a row", () => {
  it("a server pod that is deleted leaves the row without a verdict on the mesh", async () => {
    const { run, cluster } = await inTheRow();
    const [[namespace = "", pod = ""] = []] = (
      await kubectl(
        cluster,
        ...["get", "pods", "--all-namespaces", "--selector", `${WORKLOAD_LABEL}=server`, "--output"],
        'jsonpath={range .items[*]}{.metadata.namespace} {.metadata.name}{"\\n"}{end}',
      )
    )
      .split("\n")
      .map((line) => line.split(" "));
    await kubectl(cluster, "delete", "pod", pod, "--namespace", namespace, "--grace-period", "1", "--wait=false");
    const ended = await run.ended;
    const report = await expectNoClaim(ended, cluster);
    expect(report.assertions.map(({ id }) => id)).toEqual([row]);
    const evidence = report.assertions.flatMap((one) => one.evidence);
    expect(evidence, ended.stderr.slice(-8000)).toEqual(
      expect.arrayContaining([
        `evidence/${row}/findings.json`,
        `evidence/${row}/${namespace}/pods.json`,
        `evidence/${row}/${namespace}/events.txt`,
      ]),
    );
  });

  it("an API server that restarts ends the row as an error", async () => {
    const { run, cluster } = await inTheRow();
    // The kubelet starts it again by itself.
    const [pid = ""] = (
      await inNode(cluster, "sh", "-c", "grep -lx kube-apiserver /proc/[0-9]*/comm 2>/dev/null | cut -d / -f 3")
    ).split("\n");
    expect(pid).toMatch(/^\d+$/);
    await inNode(cluster, "sh", "-c", `kill -9 ${pid}`);
    const ended = await run.ended;
    const report = await expectNoClaim(ended, cluster);
    expect(report.verdict).toBe("error");
    expect(ended.files).toContain(`evidence/${row}/findings.json`);
  });

  it("a node that stops, as when Docker goes away, ends the run as an error", async () => {
    const { run, cluster } = await inTheRow();
    await docker("stop", "--time", "1", nodeOf(cluster));
    const report = await expectNoClaim(await run.ended, cluster);
    expect(report.verdict).toBe("error");
  });

  it("a node that hangs does not keep an interrupted run from its end", async () => {
    const { run, cluster } = await inTheRow();
    // The kernel may be unable to freeze a process at that moment.
    await vi.waitFor(() => docker("pause", nodeOf(cluster)), { timeout: 60_000, interval: 200 });
    const asked = performance.now();
    run.interrupt();
    const ended = await run.ended;
    const took = performance.now() - asked;
    const report = await expectNoClaim(ended, cluster);
    expect(report.error?.code).toBe("interrupted");
    // Ctrl-C must not seem to be ignored.
    expect(took, "milliseconds from SIGINT to the end").toBeLessThan(INTERRUPTED_MS);
  });
});
