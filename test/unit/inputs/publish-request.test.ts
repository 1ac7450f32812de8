import { describe, expect, it } from "vitest";
import { InputErrors } from "../../../src/errors.ts";
import { readPublishRequest } from "../../../src/inputs/publish-request.ts";

const SHA = "0123456789abcdef0123456789abcdef01234567";
const good = {
  "run-id": "123",
  "artifact-name": "conformance-attempt-1",
  "status-sha": SHA.toUpperCase(),
  "status-context": "smi-conformance/linkerd",
  "target-url": "",
  token: "a-token",
};

const mistakes = (given: Partial<typeof good>): readonly string[] => {
  try {
    readPublishRequest({ ...good, ...given });
    return [];
  } catch (error) {
    if (!(error instanceof InputErrors)) throw error;
    return error.errors.map(({ message, remedy }) => `${message} -> ${remedy}`);
  }
};

describe("readPublishRequest", () => {
  it("takes what it needs, the commit in lower case", () => {
    expect(readPublishRequest(good)).toEqual({
      runId: "123",
      artifactName: "conformance-attempt-1",
      token: "a-token",
      status: { sha: SHA, context: "smi-conformance/linkerd", targetUrl: undefined },
    });
  });

  it("keeps an address that is given", () => {
    expect(readPublishRequest({ ...good, "target-url": "https://example.com/r" }).status.targetUrl).toBe(
      "https://example.com/r",
    );
  });

  it.each([
    [{ "run-id": "9007199254740993" }, /^run-id: "9007199254740993" is not the id/],
    [{ "run-id": "latest" }, /^run-id: "latest" is not the id/],
    [{ "run-id": "1; rm -rf /" }, /^run-id: /],
    [{ "artifact-name": " " }, /^artifact-name: it is required and empty -> Give the artifact-name/],
    [
      { "status-sha": "main" },
      /^status-sha: "main" is not a full commit SHA.* -> .*github\.event\.workflow_run\.head_sha/,
    ],
    [{ "status-context": "" }, /^status-context: it is required and empty -> Give a short name/],
    [{ "artifact-name": "a/b" }, /^artifact-name: "a\/b" holds "\/"/],
    [{ "status-context": "a\nb" }, /^status-context: /],
    [{ "target-url": "javascript:alert(1)" }, /^target-url: "javascript:alert\(1\)" is not the address of a page/],
    [{ "target-url": "https://me:secret@ci.example" }, /^target-url: it contains a user name or a password/],
    [{ token: "" }, /^token: it is required and empty -> Leave it out/],
  ])("names what is wrong with %j", (given, expected) => {
    expect(mistakes(given)).toEqual([expect.stringMatching(expected)]);
  });

  it("names every mistake at once", () => {
    expect(
      mistakes({ "run-id": "", "artifact-name": "", "status-sha": "", "status-context": "", token: "" }),
    ).toHaveLength(5);
  });

  it("never shows the token", () => {
    expect(mistakes({ "run-id": "x", token: "a-secret" }).join()).not.toContain("a-secret");
  });
});
