/** What started the workflow run: the event that a runner hands to an action, in one object. */

export interface WorkflowEvent {
  /** GITHUB_EVENT_NAME, for example `pull_request`. */
  readonly name: string;
  /** The webhook's payload (GITHUB_EVENT_PATH), as GitHub sent it. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** GITHUB_SHA; what it names depends on the event. */
  readonly sha: string;
  /** GITHUB_REF, for example `refs/heads/main`. */
  readonly ref: string;
  /** `owner/name`. */
  readonly repository: string;
  /** Numeric, as text. */
  readonly runId: string;
  /** From 1; one more with each "re-run". */
  readonly attempt: number;
  /** The job's id in its workflow file. */
  readonly job: string;
  /** Who started it, for example `dependabot[bot]`. */
  readonly actor: string;
  /** `https://github.com`, or that of an Enterprise Server. */
  readonly serverUrl: string;
  /** `https://api.github.com`, or that of an Enterprise Server. */
  readonly apiUrl: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** The value at a path of the payload; undefined where a part of it is missing. */
export function payloadAt(event: Pick<WorkflowEvent, "payload">, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, key) => (typeof value === "object" && value !== null ? (value as Fields)[key] : undefined),
      event.payload,
    );
}

/** Page of this attempt of the run. */
export function runUrl(event: Pick<WorkflowEvent, "serverUrl" | "repository" | "runId" | "attempt">): string {
  const run = `${event.serverUrl}/${event.repository}/actions/runs/${event.runId}`;
  return event.attempt > 1 ? `${run}/attempts/${event.attempt}` : run;
}

/**
 * Why the run's own token can only read, whatever `permissions:` says; undefined where nothing says so. GitHub gives such
 * a token to the pull requests of forks and to what Dependabot starts (docs: permissions of GITHUB_TOKEN).
 */
export function readOnlyBecause(
  event: Pick<WorkflowEvent, "name" | "payload" | "repository" | "actor">,
): string | undefined {
  if (event.name === "pull_request_target") return undefined;
  const head = payloadAt(event, "pull_request.head.repo.full_name");
  // The repository of a head is null where the fork has been deleted.
  const foreign = typeof head === "string" ? head.toLowerCase() !== event.repository.toLowerCase() : head === null;
  if (event.name.startsWith("pull_request") && foreign)
    return `the pull request comes from ${typeof head === "string" ? head : "a deleted fork"}, and runs of forks have a token that only reads`;
  if (event.actor === "dependabot[bot]") return "Dependabot started the run, and its runs have a token that only reads";
  return undefined;
}
