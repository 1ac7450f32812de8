/**
 * The fake artifact service as a program, for a run that another process drives. Prints two lines, `ACTIONS_RESULTS_URL=...`
 * and `ACTIONS_RUNTIME_TOKEN=...`, and serves until it is ended. The address is good for GITHUB_API_URL as well, as far as
 * artifacts go. GET /_fake/state gives what it took; POST /_fake/faults takes a JSON list of faults.
 *
 * results-server.ts [--folder DIR] [--repository owner/name] [--run-id ID] [--max-retention-days N]
 *   --folder  where each artifact is written to, as NAME.zip
 */
import { parseArgs } from "node:util";
import { startResultsService } from "./results-service.ts";

const { values } = parseArgs({
  options: {
    folder: { type: "string" },
    repository: { type: "string" },
    "run-id": { type: "string" },
    "max-retention-days": { type: "string" },
  },
});
const { folder, repository, "run-id": runId, "max-retention-days": days } = values;
const service = await startResultsService({
  ...(folder === undefined ? {} : { folder }),
  ...(repository === undefined ? {} : { repository }),
  ...(runId === undefined ? {} : { runId }),
  ...(days === undefined ? {} : { maxRetentionDays: Number(days) }),
});
process.stdout.write(`ACTIONS_RESULTS_URL=${service.url}\nACTIONS_RUNTIME_TOKEN=${service.token}\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void service.close().then(() => process.exit(0)));
