/** Sets commit statuses through GitHub's REST API. */
import type { getOctokit } from "@actions/github";
import type { CommitStatus, StatusOutcome } from "../../domain/github/commit-status.ts";
import type { Clock, Log, StatusPublisher } from "../../ports.ts";
import { type Again, judgeRefusal, type Refusal } from "./reply.ts";

export interface StatusOptions {
  readonly token: string;
  /** `owner/name`. */
  readonly repository: string;
  /** GITHUB_API_URL: `https://api.github.com`, or that of an Enterprise Server. */
  readonly apiUrl: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Milliseconds that one status may take, its retries included. */
  readonly deadlineMs?: number;
}

/** Long enough for the minute that a secondary rate limit asks for. */
const DEADLINE_MS = 90_000;
const ANSWER_MS = 15_000;
const MAX_TRIES = 6;

const seconds = (ms: number) => `${Math.ceil(ms / 1000)} s`;

const cancelled: StatusOutcome = {
  failed: "the commit status was not set: the run was cancelled first",
  next: "Run it again.",
};

/** A retry may set a status twice, where only the answer was lost: harmless, since the last one of a context counts. */
export function createStatusPublisher(options: StatusOptions): StatusPublisher {
  const { repository, clock, log, deadlineMs = DEADLINE_MS } = options;

  async function publish(status: CommitStatus, signal?: AbortSignal): Promise<StatusOutcome> {
    if (options.token === "")
      return { failed: "the commit status was not set: there is no token", next: "Give the input token." };
    const end = clock.now() + deadlineMs;
    const client = await connect(options);
    if ("failed" in client) return client;
    for (let tries = 1; ; tries++) {
      if (signal?.aborted) return cancelled;
      const left = end - clock.now();
      const answerMs = Math.min(ANSWER_MS, Math.max(1, left));
      const answer = await post(client, options, status, answerMs, signal);
      if ("set" in answer) return answer;
      if (signal?.aborted) return cancelled;
      const nowMs = Date.parse(clock.timestamp());
      const next = judgeRefusal(answer, { repository, sha: status.sha, context: status.context, tries, nowMs });
      if (!("retryInMs" in next)) return next;
      if (tries >= MAX_TRIES || clock.now() + next.retryInMs > end) return gaveUp(next, tries);
      log.info(`commit status: ${next.because}; asking again in ${seconds(next.retryInMs)}`);
      try {
        // biome-ignore lint/plugin: GitHub itself says when it may be asked again; there is nothing to observe until then.
        await clock.wait(next.retryInMs, signal);
      } catch (error) {
        if (signal?.aborted) return cancelled;
        throw error;
      }
    }
  }
  return { publish };
}

function gaveUp({ because, retryInMs }: Again, tries: number): StatusOutcome {
  const asked = tries === 1 ? "once" : `${tries} times`;
  return {
    failed: `the commit status was not set: ${because}, asked ${asked}, and the next attempt would be in ${seconds(retryInMs)}`,
    next: "Run the job again, or set the status from the report by hand.",
  };
}

type Client = ReturnType<typeof getOctokit>;

async function connect(options: StatusOptions): Promise<Client | Extract<StatusOutcome, { failed: string }>> {
  try {
    // Not at the top: the import takes time and reads the event, and a run that sets no status needs neither.
    const github = await import("@actions/github");
    const { debug, info, warn } = options.log;
    return github.getOctokit(options.token, {
      baseUrl: options.apiUrl.replace(/\/+$/, ""),
      userAgent: "smi-conformance-action",
      log: { debug, info, warn, error: warn },
    });
  } catch (error) {
    const { message } = error as Error;
    return {
      failed: `the commit status was not set: ${message}`,
      next: "Check that the file in GITHUB_EVENT_PATH is JSON.",
    };
  }
}

async function post(
  client: Client,
  { repository, clock }: StatusOptions,
  status: CommitStatus,
  answerMs: number,
  signal: AbortSignal | undefined,
): Promise<{ readonly set: string } | Refusal> {
  const [owner = "", repo = ""] = repository.split("/");
  const limit = clock.deadline(answerMs);
  try {
    const { data, status: code } = await client.rest.repos.createCommitStatus({
      owner,
      repo,
      sha: status.sha,
      state: status.state,
      context: status.context,
      description: status.description,
      ...(status.targetUrl === undefined ? {} : { target_url: status.targetUrl }),
      request: { signal: signal === undefined ? limit : AbortSignal.any([limit, signal]) },
    });
    // Redirected, a POST may have become a GET, whose answer is a list.
    if ((code as number) !== 201) return { status: code, headers: {}, message: "not the answer to a new status" };
    return { set: data.url };
  } catch (error) {
    return refusalOf(error, limit.aborted ? `no answer within ${seconds(answerMs)}` : undefined);
  }
}

interface ErrorBody {
  readonly message?: string;
  readonly errors?: readonly (string | { readonly message?: string })[];
}

/** Octokit throws for every status from 400 on, and calls it 500 where no answer came. */
function refusalOf(error: unknown, noAnswer: string | undefined): Refusal {
  const { response, message } = error as {
    readonly message: string;
    readonly response?: { readonly status: number; readonly headers: Refusal["headers"]; readonly data: unknown };
  };
  if (response === undefined) return { status: undefined, headers: {}, message: noAnswer ?? message };
  const body = (typeof response.data === "object" && response.data !== null ? response.data : {}) as ErrorBody;
  const details = Array.isArray(body.errors)
    ? (body.errors as NonNullable<ErrorBody["errors"]>).map((one) => (typeof one === "string" ? one : one.message))
    : [];
  const words = [body.message, ...details].filter((word): word is string => typeof word === "string" && word !== "");
  // An HTML page of a proxy says nothing that fits on a line.
  return { status: response.status, headers: response.headers, message: words.join(": ") };
}
