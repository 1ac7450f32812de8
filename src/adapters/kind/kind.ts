/** Creates and deletes clusters with the kind command line. */
import { type InfrastructureCode, InfrastructureError, ToolError } from "../../errors.ts";
import type { Clock, ClusterProvider, Log, Tool } from "../../ports.ts";
import { assertClusterName, CLUSTER_PREFIX, type KindConfig, kindConfig } from "./config.ts";
import { kindFailure, NAME_TAKEN } from "./failures.ts";
import { runStoppably } from "./interruptible.ts";
import { createOwnershipRecords, defaultStateFolder } from "./ownership.ts";

/** Milliseconds for listing the clusters. */
const LIST_MS = 30_000;
const DELETE_MS = 2 * 60_000;
/** Milliseconds for checking, once the run was stopped, that nothing is left; on top of the patience of interruptible.ts. */
const DISCARD_ON_ABORT_MS = 1_500;
const LOAD_MS = 10 * 60_000;
const EXPORT_MS = 2 * 60_000;
const TOO_SLOW =
  "Pull the node image beforehand (input node-image), or give the cluster more time with the input timeout.";
/** Lines of kind's output that are searched for the cause of a failure: kubeadm's own log is long. */
const OUTPUT_LINES = 2_000;

export interface KindSetup {
  readonly tool: Tool;
  readonly clock: Pick<Clock, "now" | "deadline">;
  readonly log: Pick<Log, "info" | "debug" | "warn">;
  /** Path or name of the kind program. */
  readonly kind?: string;
  /** The user's configuration, from which clusters are created; one node where it is left out. */
  readonly config?: KindConfig;
  /** Where ownership records and kubeconfigs are kept. */
  readonly stateFolder?: string;
  /**
   * The process whose end makes its clusters leftovers: this one, or in an action the runner's, since `post` still
   * needs the cluster when the main step has ended.
   */
  readonly ownerPid?: number;
}

export interface KindProvider extends ClusterProvider {
  /** Our clusters whose owner has died, so that nobody else will delete them. Never one of a live run, or of somebody else. */
  leftovers(): Promise<readonly string[]>;
  /** The user keeps this cluster: it no longer counts as a leftover. Its kubeconfig stays where it is. */
  keep(name: string): Promise<void>;
}

/**
 * Manages clusters with kind. `create` returns when the API server has started; whether nodes are ready is for
 * the caller to observe, since kind's `--wait` exits with 0 even when it has waited in vain.
 * Throws InfrastructureError("docker-unavailable" | "kind-create" | "image-load" | "interrupted"), and
 * ToolError where listing, deleting or exporting fails.
 */
export function createKind({
  tool,
  clock,
  log,
  kind = "kind",
  config,
  stateFolder = defaultStateFolder(),
  ownerPid = process.pid,
}: KindSetup): KindProvider {
  const records = createOwnershipRecords({ tool, folder: stateFolder, ownerPid });

  async function list(timeoutMs = LIST_MS): Promise<readonly string[]> {
    const { stdout } = await tool.run([kind, "get", "clusters"], { timeoutMs }).catch((error: unknown) => {
      throw unavailable(error);
    });
    return stdout
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
  }

  async function remove(name: string, timeoutMs: number): Promise<void> {
    // Given explicitly, because kind would otherwise edit the user's own kubeconfig.
    await tool.run([kind, "delete", "cluster", "--name", name, "--kubeconfig", records.kubeconfig(name)], {
      timeoutMs,
    });
  }

  /** Deletes what a failed create has left. Its record stays unless the cluster was seen to be gone. */
  async function discard(name: string, aborted: boolean): Promise<void> {
    const deadline = clock.now() + (aborted ? DISCARD_ON_ABORT_MS : DELETE_MS);
    const left = () => Math.max(Math.round(deadline - clock.now()), 1);
    try {
      await remove(name, left());
      // A daemon may still finish what a killed client had asked for.
      if ((await list(left())).includes(name)) await remove(name, left());
      if (!aborted) await records.forget(name);
    } catch (error) {
      log.warn(
        `The partly created cluster ${name} could not be deleted (${String(error)}). Next: kind delete cluster --name ${name}`,
      );
    }
  }

  return {
    async create({ name, nodeImage, deadlineMs }, signal) {
      assertClusterName(name);
      const what = `the cluster ${name} was not created`;
      if (signal?.aborted) throw explained(signal.reason, "kind-create", what, [], signal);
      // Asked first: deleting after a failure must never take a cluster that was there before.
      if ((await list()).includes(name) || !(await records.claim(name))) {
        throw new InfrastructureError(
          "kind-create",
          `a cluster named ${name} already exists, or another run is creating it`,
          "Run it again: each run chooses another name.",
        );
      }
      const kubeconfig = records.kubeconfig(name);
      const output: string[] = [];
      const image = nodeImage === undefined ? [] : ["--image", nodeImage];
      const limit = clock.deadline(deadlineMs);
      const stop = signal ? AbortSignal.any([signal, limit]) : limit;
      const argv = ["create", "cluster", "--name", name, "--kubeconfig", kubeconfig, "--config", "-", ...image];
      const onLine = (line: string) => {
        if (output.push(line) > OUTPUT_LINES) output.shift();
        // Once we take its node away, kind's complaints would only look like a failure of its own.
        if (stop.aborted) log.debug(line);
        else log.info(line);
      };
      try {
        await runStoppably({
          start: (kill) => tool.run([kind, ...argv], { input: kindConfig(name, config), signal: kill, onLine }),
          remove: () => remove(name, DELETE_MS),
          stop,
          clock,
        });
        // It may have finished before it could be stopped.
        stop.throwIfAborted();
      } catch (error) {
        if (NAME_TAKEN.test(output.join("\n"))) await records.forget(name);
        else await discard(name, signal?.aborted ?? false);
        if (limit.aborted && !signal?.aborted) {
          throw new InfrastructureError("kind-create", `${what} within ${deadlineMs} ms`, TOO_SLOW, { cause: error });
        }
        throw explained(error, "kind-create", what, output, signal);
      }
      return { name, kubeconfig };
    },

    async loadArchive(name, archive, signal) {
      const output: string[] = [];
      await tool
        .run([kind, "load", "image-archive", archive, "--name", name], {
          timeoutMs: LOAD_MS,
          onLine: (line) => void output.push(line),
          ...(signal && { signal }),
        })
        .catch((error: unknown) => {
          throw explained(error, "image-load", `the images in ${archive} were not loaded into ${name}`, output, signal);
        });
    },

    async exportLogs(name, folder) {
      await tool.run([kind, "export", "logs", folder, "--name", name], { timeoutMs: EXPORT_MS });
    },

    async delete(name) {
      await remove(name, DELETE_MS).catch((error: unknown) => {
        throw unavailable(error);
      });
      await records.forget(name);
    },

    list: () => list(),

    async leftovers() {
      const owners = await records.all();
      const existing = new Set(await list());
      const orphans = [...owners]
        .filter(([name, owner]) => owner === "dead" && name.startsWith(CLUSTER_PREFIX))
        .map(([name]) => name);
      // Records of clusters that were deleted in another way are of no use.
      await Promise.all(orphans.filter((name) => !existing.has(name)).map((name) => records.forget(name)));
      return orphans.filter((name) => existing.has(name));
    },

    keep: (name) => records.disown(name),
  };
}

/** kind's failure as an error that says what to do; anything else that was thrown, as it is. */
function explained(
  error: unknown,
  code: InfrastructureCode,
  what: string,
  output: readonly string[],
  signal: AbortSignal | undefined,
): unknown {
  if (signal?.aborted)
    return new InfrastructureError("interrupted", `${what}: the run was stopped`, "Run it again.", { cause: error });
  if (!(error instanceof ToolError)) return error;
  const known = kindFailure([...output, error.stderr].join("\n"));
  return new InfrastructureError(known.code ?? code, `${what}: ${known.problem} (${error.lastLine})`, known.advice, {
    cause: error,
  });
}

/** Tells an unreachable daemon from the other failures of a short command. */
function unavailable(error: unknown): unknown {
  if (!(error instanceof ToolError)) return error;
  const known = kindFailure(error.stderr);
  return known.code === "docker-unavailable" ? explained(error, known.code, "kind cannot work", [], undefined) : error;
}
