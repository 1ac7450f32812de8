/** The action's post step: removes the cluster that main made, also when main was killed. Knows nothing else of main. */
import { actionsLog, readState } from "./edges/actions.ts";
import { createKind } from "./edges/kind.ts";
import { createTool } from "./edges/process.ts";
import { describeError } from "./errors.ts";

async function run(): Promise<void> {
  const state = readState();
  if (state === undefined || state.cluster === "")
    return actionsLog.info("nothing was created, so there is nothing to remove");
  if (state.keep) return actionsLog.info(`cluster ${state.cluster} is kept, as keep-cluster asks`);
  const kind = createKind({ tool: createTool({ log: actionsLog }), log: actionsLog, kind: state.kind });
  const existing = await kind.list();
  if (!existing.includes(state.cluster)) return actionsLog.info(`cluster ${state.cluster} is gone already`);
  await kind.delete(state.cluster);
  actionsLog.info(`deleted cluster ${state.cluster}`);
}

// A job must not fail for its cleaning up; what is left is said, with the command that removes it.
run().catch((error: unknown) => {
  const { message, next } = describeError(error);
  actionsLog.warn(`${message}.${next === undefined ? "" : ` Next: ${next}`}`);
});
