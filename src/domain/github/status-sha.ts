/** Which commit a status of this run belongs to. GITHUB_SHA is often not the one that GitHub looks at. */
import { payloadAt, type WorkflowEvent } from "./workflow-event.ts";

/** The commit and why it is that one, or why it is not known. */
export type StatusSha =
  | { readonly sha: string; readonly why: string }
  | { readonly problem: string; readonly remedy: string };

export type ShaEvent = Pick<WorkflowEvent, "name" | "payload" | "sha" | "ref">;

const REMEDY = "Set status-sha to the 40 hexadecimal digits of the commit, or commit-status to false.";

const isSha = (value: unknown): value is string => typeof value === "string" && /^[0-9a-f]{40}$/i.test(value);
const isNull = (sha: string) => /^0+$/.test(sha);

/** What is wrong with a commit that the user named, or undefined. */
export function shaProblem(text: string): string | undefined {
  if (!isSha(text)) return `"${text}" is not a full commit SHA: those have 40 hexadecimal digits`;
  return isNull(text) ? `"${text}" means no commit in Git` : undefined;
}

/** Where payloads hold the commit that the status belongs to (GitHub's page on events that trigger workflows). */
const heads: Readonly<Record<string, { readonly path: string; readonly why: string }>> = {
  pull_request: {
    path: "pull_request.head.sha",
    why: "head of the pull request; GITHUB_SHA is a merge made for testing, which the next push to the base replaces",
  },
  pull_request_target: {
    path: "pull_request.head.sha",
    why: "head of the pull request; GITHUB_SHA is a commit of the base",
  },
  pull_request_review: { path: "pull_request.head.sha", why: "head of the pull request that was reviewed" },
  pull_request_review_comment: { path: "pull_request.head.sha", why: "head of the pull request that was commented on" },
  merge_group: { path: "merge_group.head_sha", why: "head of the merge queue's group, whose checks let it merge" },
  workflow_run: {
    path: "workflow_run.head_sha",
    why: "head of the run that was waited for; GITHUB_SHA is a commit of the default branch",
  },
  deployment: { path: "deployment.sha", why: "commit that is deployed" },
  deployment_status: { path: "deployment.sha", why: "commit that was deployed" },
  check_run: { path: "check_run.head_sha", why: "commit that the check was of" },
  status: { path: "sha", why: "commit whose status changed" },
  check_suite: { path: "check_suite.head_sha", why: "commit that the checks were of" },
};

/** Where GITHUB_SHA is right already. */
const own: Readonly<Record<string, string>> = {
  release: "commit that the release's tag names",
  create: "tip of the branch or the tag that was created",
  workflow_dispatch: "tip of the ref that the run was started on",
  schedule: "tip of the default branch",
  repository_dispatch: "tip of the default branch",
};

function ofPush(event: ShaEvent): StatusSha {
  const tag = /^refs\/tags\/(.+)$/.exec(event.ref)?.[1];
  const what = tag === undefined ? event.ref.replace(/^refs\/heads\//, "") : `tag ${tag}`;
  if (payloadAt(event, "deleted") === true)
    return { problem: `the push deleted ${what}, so there is no commit to set a status on`, remedy: REMEDY };
  // `after` of an annotated tag is the tag object, which takes no status.
  const pushed = payloadAt(event, tag === undefined ? "after" : "head_commit.id");
  const sha = isSha(pushed) && !isNull(pushed) ? pushed : event.sha;
  return { sha, why: tag === undefined ? `tip of the push to ${what}` : `commit that ${what} names` };
}

function ofEvent(event: ShaEvent): StatusSha {
  const { name } = event;
  if (name === "push") return ofPush(event);
  const head = Object.hasOwn(heads, name) ? heads[name] : undefined;
  if (head !== undefined) {
    const sha = payloadAt(event, head.path);
    if (typeof sha === "string" && sha !== "") return { sha, why: head.why };
    return { problem: `the payload of ${name} has no ${head.path}`, remedy: REMEDY };
  }
  // A comment on a pull request comes with the tip of the default branch, whose status it must not become.
  if (name === "issue_comment" && payloadAt(event, "issue.pull_request") !== undefined)
    return { problem: "a comment on a pull request does not say which commit is its head", remedy: REMEDY };
  return {
    sha: event.sha,
    why: (Object.hasOwn(own, name) ? own[name] : undefined) ?? `GITHUB_SHA of the event ${name}`,
  };
}

/** @param asked the input `status-sha`; empty or undefined to go by the event. The SHA is given in lower case. */
export function statusSha(event: ShaEvent, asked?: string): StatusSha {
  const override = asked?.trim() ?? "";
  const found: StatusSha = override === "" ? ofEvent(event) : { sha: override, why: "as the input status-sha says" };
  if ("problem" in found) return found;
  const problem = shaProblem(found.sha);
  if (problem !== undefined) return { problem: `${problem} (${found.why})`, remedy: REMEDY };
  return { sha: found.sha.toLowerCase(), why: found.why };
}
