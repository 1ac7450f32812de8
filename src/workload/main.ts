/** The sample application: `server` (default) is the pod's main process, `agent` is exec'ed beside it. */
import { runAgent } from "./agent/agent.ts";
import { controlPath, optionsFromEnv } from "./settings.ts";

const report = (error: unknown) => {
  process.stderr.write(`smi-workload: ${error instanceof Error ? error.message : String(error)}\n`);
};

async function serve(): Promise<void> {
  // Loaded only when needed: an agent is started for each pod, and would take twice as long with the server's libraries.
  const { startServer } = await import("./server/server.ts");
  const workload = await startServer(optionsFromEnv(process.env));
  // Process 1 of a container has no default action for signals.
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => void workload.close().finally(() => process.exit(0)));
  }
  // Every socket has its own listener; an error that still gets here concerns one request, and the others must continue.
  process.on("uncaughtException", report);
  process.on("unhandledRejection", report);
  process.stdout.write(`smi-workload: serving ${JSON.stringify(workload.ports)}\n`);
}

/** No top-level await: the bundle is CommonJS. */
async function main(role: string): Promise<void> {
  if (role === "server") return serve();
  if (role !== "agent") {
    process.stderr.write("usage: smi-workload [server|agent]\n");
    process.exit(2);
  }
  await runAgent(controlPath(process.env), process.stdin, process.stdout);
  // An open stdin would keep the process alive; stdout must be flushed first.
  process.stdout.write("", () => process.exit(0));
}

main(process.argv[2] ?? "server").catch((error: unknown) => {
  report(error);
  process.exit(1);
});
