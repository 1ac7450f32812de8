/** What the answer of GitHub's REST API to a commit status means, and whether to ask again. It is recognised by GitHub's own words. */
import type { StatusOutcome } from "../../domain/github/commit-status.ts";

/** The API refused, or gave no answer. */
export interface Refusal {
  /** Undefined where no answer came. */
  readonly status: number | undefined;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  /** GitHub's message, with those of its list of errors. */
  readonly message: string;
}

/** Milliseconds until GitHub may be asked again, and why, for people. */
export interface Again {
  readonly retryInMs: number;
  readonly because: string;
}

export interface Asked {
  readonly repository: string;
  readonly sha: string;
  readonly context: string;
  /** How often GitHub has been asked, this time included. */
  readonly tries: number;
  /** Wall clock, milliseconds since 1970. */
  readonly nowMs: number;
}

/** GitHub asks for at least a minute where a secondary limit names no time (docs: rate limits for the REST API). */
const UNNAMED_LIMIT_MS = 60_000;
const FIRST_PAUSE_MS = 1_000;

const number = (value: string | number | undefined) => {
  const read = value === undefined || value === "" ? Number.NaN : Number(value);
  return Number.isFinite(read) ? read : undefined;
};

/** Milliseconds that a rate limit asks to wait; undefined where the refusal is no rate limit. */
function limitMs({ status, headers, message }: Refusal, { tries, nowMs }: Asked): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const after = number(headers["retry-after"]);
  if (after !== undefined) return Math.max(FIRST_PAUSE_MS, after * 1000);
  const reset = number(headers["x-ratelimit-reset"]);
  if (number(headers["x-ratelimit-remaining"]) === 0 && reset !== undefined)
    return Math.max(FIRST_PAUSE_MS, reset * 1000 - nowMs);
  // A token without the permission gets 403 as well: only the words tell it from a limit.
  return status === 429 || /rate limit/i.test(message) ? UNNAMED_LIMIT_MS * 2 ** (tries - 1) : undefined;
}

export function judgeRefusal(refusal: Refusal, asked: Asked): StatusOutcome | Again {
  const { status, message } = refusal;
  const words = message === "" ? "" : `: ${message}`;
  const waitMs = limitMs(refusal, asked);
  if (waitMs !== undefined) return { retryInMs: waitMs, because: `GitHub limits the rate (${status}${words})` };
  if (status === undefined || status >= 500 || status === 408)
    return {
      retryInMs: FIRST_PAUSE_MS * 2 ** (asked.tries - 1),
      because: status === undefined ? `GitHub did not answer${words}` : `GitHub failed (${status}${words})`,
    };
  if (status === 403 && /not accessible by integration/i.test(message))
    return {
      readOnly: `the token may not write commit statuses (403${words})`,
      next:
        "Give the job `permissions: statuses: write`. The token of a pull request from a fork or from Dependabot can only read, " +
        "whatever the workflow asks for: let a workflow on workflow_run publish the status.",
    };
  return { failed: `GitHub refused the commit status (${status}${words})`, next: remedy(refusal, asked) };
}

function remedy({ status, message }: Refusal, { repository, sha, context }: Asked): string {
  if (status === 401)
    return "Give a token in the input token that is valid until the job ends, as the job's own github.token is.";
  if (status === 403)
    return "Let the token write commit statuses (`statuses: write`; fine-grained: Commit statuses), and check that the repository is not archived or blocked.";
  if (status === 404)
    return `Check that ${repository} exists at this API and that the token may see it: where any permission is given, all others are none.`;
  if (/no commit found/i.test(message))
    return `Check that ${sha} is still a commit of ${repository}: a force push may have removed it, or status-sha is of another repository.`;
  if (/maximum number of statuses/i.test(message))
    return `Set status-context to something other than "${context}", or run on a new commit: GitHub accepts 1000 statuses for each commit and context.`;
  if (status === 422) return "Check the inputs status-context, status-sha and target-url.";
  return "See GitHub's message, or set commit-status to false to run without a status.";
}
