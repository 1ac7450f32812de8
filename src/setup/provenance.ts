/** Where the result of a run comes from, as far as the runner and the inputs say. */

import { runUrl, type WorkflowEvent } from "../domain/github/workflow-event.ts";
import type { ConformanceReport } from "../domain/report/report.ts";

export type Provenance = NonNullable<ConformanceReport["provenance"]>;

/** What the mesh was installed from, and the random seed of the reference mesh. */
export type Installed = Pick<Provenance, "chart" | "manifestSha256" | "seed">;

const FULL_SHA = /^[0-9a-f]{40}$/;

/**
 * The action's own copy: GITHUB_ACTION_REPOSITORY and GITHUB_ACTION_REF are those that `uses:` names. Its commit is known
 * where `uses:` is pinned to one, and where a workflow uses the action of its own commit (`./`).
 */
function actionOf(env: NodeJS.ProcessEnv, event: WorkflowEvent | undefined): Provenance["action"] {
  const repository = env.GITHUB_ACTION_REPOSITORY || null;
  const ref = env.GITHUB_ACTION_REF || null;
  if (ref !== null) return { repository, ref, commit: FULL_SHA.test(ref) ? ref : null };
  return { repository: event?.repository ?? null, ref: null, commit: event?.sha ?? null };
}

/** `ubuntu24 20260816.277.1` on a hosted runner. */
function imageOf({ ImageOS: os, ImageVersion: version }: NodeJS.ProcessEnv): string | null {
  return os ? [os, version].filter(Boolean).join(" ") : null;
}

export function provenanceOf(
  env: NodeJS.ProcessEnv,
  event: WorkflowEvent | undefined,
  installed: Installed,
): Provenance {
  return {
    action: actionOf(env, event),
    workflow:
      event === undefined
        ? null
        : {
            repository: event.repository,
            runId: event.runId,
            attempt: event.attempt,
            job: event.job,
            event: event.name,
            sha: event.sha,
            ref: event.ref,
            url: runUrl(event),
          },
    ...installed,
    runnerImage: imageOf(env),
  };
}
