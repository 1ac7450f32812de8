import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ShaEvent, shaProblem, statusSha } from "../../../../src/domain/github/status-sha.ts";
import { readOnlyBecause, runUrl } from "../../../../src/domain/github/workflow-event.ts";

const OWN = "0".repeat(39) + 1;
const HEAD = "a".repeat(40);
const TAG_OBJECT = "b".repeat(40);

const eventOf = (name: string, payload: object, ref = "refs/heads/main"): ShaEvent => ({
  name,
  payload: payload as ShaEvent["payload"],
  sha: OWN,
  ref,
});

describe("the commit of a status", () => {
  it.each([
    ["push", { after: HEAD }, "refs/heads/main", HEAD, "tip of the push to main"],
    ["push", { after: "0".repeat(40) }, "refs/heads/main", OWN, "tip of the push to main"],
    ["push", {}, "refs/heads/feature/x", OWN, "tip of the push to feature/x"],
    ["push", { after: TAG_OBJECT, head_commit: { id: HEAD } }, "refs/tags/v1.4.8", HEAD, "tag v1.4.8"],
    ["push", { after: TAG_OBJECT, head_commit: null }, "refs/tags/v1.4.8", OWN, "tag v1.4.8"],
    ["pull_request", { pull_request: { head: { sha: HEAD } } }, "refs/pull/1/merge", HEAD, "merge made for testing"],
    ["pull_request_target", { pull_request: { head: { sha: HEAD } } }, "refs/heads/main", HEAD, "head of the pull"],
    ["pull_request_review", { pull_request: { head: { sha: HEAD } } }, "refs/pull/1/merge", HEAD, "reviewed"],
    ["merge_group", { merge_group: { head_sha: HEAD } }, "refs/heads/gh-readonly-queue/main/pr-1", HEAD, "merge queue"],
    ["workflow_run", { workflow_run: { head_sha: HEAD } }, "refs/heads/main", HEAD, "run that was waited for"],
    ["check_suite", { check_suite: { head_sha: HEAD } }, "refs/heads/main", HEAD, "checks"],
    ["deployment", { deployment: { sha: HEAD } }, "refs/heads/main", HEAD, "deployed"],
    [
      "release",
      { release: { tag_name: "v1.4.8", target_commitish: "main" } },
      "refs/tags/v1.4.8",
      OWN,
      "release's tag",
    ],
    ["schedule", { schedule: "0 3 * * *" }, "refs/heads/main", OWN, "default branch"],
    ["workflow_dispatch", { inputs: {} }, "refs/heads/next", OWN, "run was started on"],
    ["repository_dispatch", { client_payload: { sha: HEAD } }, "refs/heads/main", OWN, "default branch"],
    ["issue_comment", { issue: { number: 1 } }, "refs/heads/main", OWN, "GITHUB_SHA of the event issue_comment"],
    ["constructor", {}, "refs/heads/main", OWN, "GITHUB_SHA of the event constructor"],
  ])("of %s %j on %s is %s", (name, payload, ref, sha, why) => {
    expect(statusSha(eventOf(name, payload, ref))).toEqual({ sha, why: expect.stringContaining(why) });
  });

  it.each([
    ["a branch that was deleted", eventOf("push", { deleted: true, after: "0".repeat(40) }), "deleted main"],
    ["a tag that was deleted", eventOf("push", { deleted: true }, "refs/tags/v1"), "deleted tag v1"],
    ["a comment on a pull request", eventOf("issue_comment", { issue: { pull_request: {} } }), "does not say which"],
    ["a payload without the head", eventOf("pull_request", { pull_request: null }), "no pull_request.head.sha"],
    ["a head that is no SHA", eventOf("merge_group", { merge_group: { head_sha: "main" } }), '"main" is not a full'],
    ["a GITHUB_SHA that is none", { ...eventOf("schedule", {}), sha: "" }, '"" is not a full commit SHA'],
    ["a null commit", { ...eventOf("release", {}), sha: "0".repeat(40) }, "no commit"],
  ])("is not told for %s", (_, event, problem) => {
    expect(statusSha(event)).toEqual({
      problem: expect.stringContaining(problem),
      remedy: expect.stringContaining("status-sha"),
    });
  });

  it("is the one that status-sha names, whatever the event is", () => {
    const event = eventOf("push", { deleted: true });
    expect(statusSha(event, ` ${HEAD.toUpperCase()} `)).toEqual({ sha: HEAD, why: "as the input status-sha says" });
    expect(statusSha(eventOf("schedule", {}), "  ")).toMatchObject({ sha: OWN });
    expect(statusSha(event, "a9fc900")).toEqual({
      problem: expect.stringContaining("a9fc900"),
      remedy: expect.any(String),
    });
  });

  it("is 40 hexadecimal digits, or a problem", () => {
    const payload = fc.dictionary(
      fc.constantFrom("after", "deleted", "pull_request", "merge_group", "workflow_run", "issue", "head_commit"),
      fc.anything({ maxDepth: 3 }),
    );
    const name = fc.constantFrom(
      "push",
      "pull_request",
      "merge_group",
      "workflow_run",
      "issue_comment",
      "release",
      "x",
    );
    fc.assert(
      fc.property(name, payload, fc.constantFrom(OWN, HEAD, "", "HEAD"), (event, given, sha) => {
        const found = statusSha({ name: event, payload: given, sha, ref: "refs/heads/main" });
        expect("sha" in found ? /^[0-9a-f]{40}$/.test(found.sha) : found.problem !== "").toBe(true);
      }),
    );
  });

  it("names what is wrong with one that is given", () => {
    expect(shaProblem(HEAD)).toBeUndefined();
    expect(shaProblem("HEAD")).toContain('"HEAD"');
    expect(shaProblem("0".repeat(40))).toContain("no commit");
    expect(shaProblem("a".repeat(64))).toContain("40 hexadecimal digits");
  });
});

describe("a token that only reads", () => {
  const ofHead = (full_name: string | null) => ({ pull_request: { head: { repo: full_name && { full_name } } } });
  it.each([
    ["a fork", "pull_request", ofHead("them/r"), "me", "comes from them/r"],
    [
      "a fork that is gone",
      "pull_request",
      { pull_request: { head: { repo: { full_name: null } } } },
      "me",
      "a deleted fork",
    ],
    ["Dependabot", "push", {}, "dependabot[bot]", "Dependabot"],
    ["Dependabot's own branch", "pull_request", ofHead("o/r"), "dependabot[bot]", "Dependabot"],
  ])("is told for %s", (_, name, payload, actor, why) => {
    expect(readOnlyBecause({ name, payload, repository: "o/r", actor })).toContain(why);
  });

  it.each([
    ["a branch of the repository", "pull_request", ofHead("O/R"), "me"],
    ["pull_request_target, whose token may write", "pull_request_target", ofHead("them/r"), "me"],
    ["a push", "push", {}, "me"],
  ])("is not told for %s", (_, name, payload, actor) => {
    expect(readOnlyBecause({ name, payload, repository: "o/r", actor })).toBeUndefined();
  });
});

describe("the page of a run", () => {
  const event = { serverUrl: "https://github.com", repository: "o/r", runId: "7" };
  it("is that of the attempt, where there was more than one", () => {
    expect(runUrl({ ...event, attempt: 1 })).toBe("https://github.com/o/r/actions/runs/7");
    expect(runUrl({ ...event, attempt: 2 })).toBe("https://github.com/o/r/actions/runs/7/attempts/2");
  });
});
