/** GitHub's services as a run under act meets them: the REST API for statuses, and the Results service for artifacts. */
import { once } from "node:events";
import { createServer, request as forward } from "node:http";
import type { AddressInfo } from "node:net";
import { type ConformanceReport, reportSchema } from "../../../src/domain/report/report.ts";
import { type FakeGitHub, startFakeGitHub } from "../../fakes/github.ts";
import { type ResultsService, startResultsService } from "../../fakes/results-service.ts";
import { unzipped } from "../../fakes/unzip.ts";

export interface Services {
  readonly github: FakeGitHub;
  /** GITHUB_RUN_ID of the runs. */
  readonly runId: string;
  /** For act's --env. A runner gives those of the artifact service to actions alone; act gives them to `run:` steps too. */
  readonly env: Readonly<Record<string, string>>;
  /** What was uploaded, unpacked; by name, and each file by its path. */
  artifacts(): Promise<ReadonlyMap<string, ReadonlyMap<string, Buffer>>>;
  close(): Promise<void>;
}

/** Of one run of this repository. */
export async function startServices({ repository = "o/r", runId = "4711" } = {}): Promise<Services> {
  const [github, results] = await Promise.all([
    startFakeGitHub({ repository }),
    startResultsService({ repository, runId }),
  ]);
  const api = await oneAddress(github, results);
  return {
    github,
    runId,
    env: {
      GITHUB_API_URL: api.url,
      GITHUB_REPOSITORY: repository,
      GITHUB_RUN_ID: runId,
      ACTIONS_RESULTS_URL: results.url,
      ACTIONS_RUNTIME_TOKEN: results.token,
    },
    artifacts: async () =>
      new Map(await Promise.all(results.artifacts.map(async ({ name, zip }) => [name, await unzipped(zip)] as const))),
    async close() {
      await Promise.all([api.close(), github.close(), results.close()]);
    },
  };
}

/** GitHub has statuses and artifacts at one address. */
async function oneAddress(github: FakeGitHub, results: ResultsService) {
  const server = createServer((incoming, response) => {
    const { url = "/", method, headers } = incoming;
    const to = new URL(url, /^\/repos\/[^/]+\/[^/]+\/actions\//.test(url) ? results.url : github.url);
    const outgoing = forward(to, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on("error", (error) => response.writeHead(502).end(error.message));
    incoming.pipe(outgoing);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The report among the files of an artifact, checked against its published schema. */
export function reportIn(files: ReadonlyMap<string, Buffer> | undefined): ConformanceReport {
  return reportSchema.parse(JSON.parse(files?.get("report.json")?.toString("utf8") ?? "null"));
}
