/** Jobs that use the action from dist/ on Traefik Mesh and kind, with what each leaves behind noted and taken away. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect } from "vitest";
import { type ConformanceReport, reportSchema } from "../../../src/domain/report/report.ts";
import type { RawInputs } from "../../../src/inputs/inputs.ts";
import { clusters, deleteCluster } from "./kind-clusters.ts";
import { traefikMesh } from "./lab.ts";
import { createJob, JOB_SHA, type Job } from "./runner.ts";
import { reportIn, type Services, startServices } from "./services.ts";

const root = join(import.meta.dirname, "..", "..", "..");

export interface ActionOnKind {
  services(): Services;
  job(inputs: RawInputs): Promise<Job>;
  /** The name of the cluster that main told post of. */
  clusterOf(state: ReadonlyMap<string, string>): string;
  /** Post takes away what is there, once; twice does no harm. */
  expectPostCleans(one: Job, cluster: string): Promise<void>;
  /** The states that the commit's one context went through. */
  states(): readonly string[];
  /** Waits for the status that main sets first, which is sent beside its work. */
  pending(): Promise<void>;
  /** The report in the one artifact that was uploaded. */
  uploadedReport(): Promise<ConformanceReport>;
}

/** Registers the hooks of a test file. */
export function actionOnKind(): ActionOnKind {
  const jobs: Job[] = [];
  const made = new Set<string>();
  let services: Services;

  beforeAll(() => {
    for (const file of ["main.cjs", "post.cjs", "workload.cjs"])
      expect(existsSync(join(root, "dist", file)), `dist/${file} is missing: npm run build`).toBe(true);
  });
  beforeEach(async () => {
    services = await startServices();
  });
  // Also where a test fails.
  afterEach(async () => {
    for (const name of made) await deleteCluster(name);
    made.clear();
    for (const one of jobs.splice(0)) await one.remove();
    await services.close();
  });

  const states = () => {
    for (const { sha, context } of services.github.statuses)
      expect([sha, context]).toEqual([JOB_SHA, "smi-conformance/traefik-mesh/1.4.8"]);
    return services.github.statuses.map(({ state }) => state);
  };
  return {
    services: () => services,
    states,
    pending: () => expect.poll(states).toEqual(["pending"]),
    async job(inputs) {
      const one = await createJob(root, { ...traefikMesh, "report-dir": "report", ...inputs }, services.env);
      jobs.push(one);
      return one;
    },
    clusterOf(state) {
      const { name = "" } = JSON.parse(state.get("cluster") ?? "{}") as { name?: string };
      expect(name).toMatch(/^smi-conformance-[0-9a-f]+$/);
      made.add(name);
      return name;
    },
    async expectPostCleans(one, cluster) {
      for (const turn of ["first", "second"]) {
        const post = await one.run("post");
        expect.soft(post, turn).toMatchObject({ exitCode: 0, annotations: [] });
        expect(await clusters()).not.toContain(cluster);
      }
      // Hundreds of megabytes of images are no gift to a self-hosted runner.
      expect.soft(await readdir(one.temp)).toEqual([]);
    },
    async uploadedReport() {
      const [[name, files] = ["", new Map<string, Buffer>()], ...others] = await services.artifacts();
      expect(others).toEqual([]);
      expect(name).toBe("smi-conformance-traefik-mesh-1.4.8-attempt-1");
      return reportIn(files);
    },
  };
}

export async function readReport(path: string): Promise<ConformanceReport> {
  return reportSchema.parse(JSON.parse(await readFile(path, "utf8")));
}
