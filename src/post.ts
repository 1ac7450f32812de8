/** The action's post step. It runs at the end of every job, mostly with nothing to do: what that takes is loaded if need be. */
import { describeError } from "./errors.ts";

/** As edges/actions.ts names them, and the runner hands them on. */
const left = ["STATE_cluster", "STATE_status", "STATE_artifact"].some((name) => (process.env[name] ?? "") !== "");

if (left)
  import("./publishing/cleanup.ts")
    .then(({ endWhatIsLeft }) => endWhatIsLeft())
    // What is left is said, and is no reason for a job to fail.
    .catch((error: unknown) => process.stdout.write(`::warning::${describeError(error).message}\n`));
else process.stdout.write("nothing was left behind, so there is nothing to remove\n");
