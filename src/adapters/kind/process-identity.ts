/** Whether a process that was recorded earlier is still alive. Its pid alone does not say: pids are reused, and differ between containers. */
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import type { Tool } from "../../ports.ts";

/** Milliseconds for ps. */
const ANSWER_MS = 10_000;

export interface ProcessIdentity {
  readonly host: string;
  /** Differs after each boot; empty where the system has none. */
  readonly boot: string;
  /** Containers number their processes separately; empty where the system has no such namespaces. */
  readonly pidNamespace: string;
  readonly pid: number;
  readonly startedAt: string;
}

/** `unknown`: it runs, or ran, where we cannot look. */
export type Liveness = "alive" | "dead" | "unknown";

/**
 * The process that outlives a step of a job: its parent, the runner. In a container job the runner is outside of the
 * container, where the step's parent has no number (0); the container's first process lives as long as the job.
 */
export const lastingProcess = (parentPid: number): number => (parentPid > 0 ? parentPid : 1);

/** The identity of a running process, or undefined where there is none with this pid. */
export async function identifyProcess(pid: number, tool: Tool): Promise<ProcessIdentity | undefined> {
  const startedAt = await startTime(pid, tool);
  if (startedAt === undefined) return undefined;
  return { ...(await surroundings()), pid, startedAt };
}

export async function livenessOf(recorded: ProcessIdentity, tool: Tool): Promise<Liveness> {
  const here = await surroundings();
  if (recorded.host !== here.host) return "unknown";
  if (recorded.boot !== here.boot) return "dead";
  if (recorded.pidNamespace !== here.pidNamespace) return "unknown";
  return (await startTime(recorded.pid, tool)) === recorded.startedAt ? "alive" : "dead";
}

async function surroundings(): Promise<Pick<ProcessIdentity, "host" | "boot" | "pidNamespace">> {
  const [boot, pidNamespace] = await Promise.all([
    readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => ""),
    readlink("/proc/self/ns/pid").catch(() => ""),
  ]);
  return { host: hostname(), boot: boot.trim(), pidNamespace };
}

/** Clock ticks since boot on Linux, a date elsewhere; undefined for a process that is gone, or is only waiting to be reaped. */
async function startTime(pid: number, tool: Tool): Promise<string | undefined> {
  if (process.platform === "linux") {
    const line = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
    // The program's name, in parentheses, may itself contain spaces and parentheses.
    const fields = line?.slice(line.lastIndexOf(")") + 2).split(" ");
    return fields?.[0] === "Z" ? undefined : fields?.[19];
  }
  const seen = await tool
    .run(["ps", "-o", "lstart=", "-p", String(pid)], { timeoutMs: ANSWER_MS })
    .catch(() => undefined);
  return seen?.stdout.trim() || undefined;
}
