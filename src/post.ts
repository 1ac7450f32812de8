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
    const there = (await kind.list()).includes(cluster);
    // Also where it is gone: main's record of it may not be.
    await kind.delete(cluster);
    actionsLog.info(there ? `deleted cluster ${cluster}` : `cluster ${cluster} is gone already`);
  } catch (error) {
    const { message, next } = describeError(error);
    actionsLog.warn(
      `cluster ${cluster} may be left: ${message}. ${next === undefined ? "" : `${next} `}Next: kind delete cluster --name ${cluster}`,
    );
  }
}

// A job must not fail for its cleaning up; what is left is said, with the command that removes it.
run().catch((error: unknown) => actionsLog.warn(describeError(error).message));
