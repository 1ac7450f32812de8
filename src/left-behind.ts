/** The action's post step: removes the cluster that main made, also when main was killed. Knows nothing else of main. */
import { actionsLog, readState } from "./edges/actions.ts";
import { createKind } from "./edges/kind.ts";
import { createTool } from "./edges/process.ts";
import { describeError } from "./errors.ts";

async function run(): Promise<void> {
  const state = readState();
  if (state === undefined || state.cluster === "")
    return actionsLog.info("nothing was created, so there is nothing to remove");
  const { cluster } = state;
  if (state.keep) return actionsLog.info(`cluster ${cluster} is kept, as keep-cluster asks`);
  const kind = createKind({ tool: createTool({ log: actionsLog }), log: actionsLog, kind: state.kind });
  try {
    const existing = await kind.list();
    // Main's record of it stays: a node that Docker was still making when main was killed is for the next run to find.
    if (!existing.includes(cluster)) return actionsLog.info(`cluster ${cluster} is gone already`);
    await kind.delete(cluster);
    actionsLog.info(`deleted cluster ${cluster}`);
  } catch (error) {
    const { message, next } = describeError(error);
    actionsLog.warn(
      `cluster ${cluster} may be left: ${message}. ${next === undefined ? "" : `${next} `}Next: kind delete cluster --name ${cluster}`,
    );
  }
}

// A job must not fail for its cleaning up; what is left is said, with the command that removes it.
run().catch((error: unknown) => actionsLog.warn(describeError(error).message));
