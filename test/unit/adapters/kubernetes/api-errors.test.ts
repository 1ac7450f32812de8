import { ApiException } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import {
  describeFailure,
  isAbsent,
  isUnserved,
  refusalOf,
  unreachable,
} from "../../../../src/adapters/kubernetes/api-errors.ts";

const answered = (code: number, body: unknown) => new ApiException(code, "", body, {});
/** As the client library says it. */
const unknownKind = new Error("Unrecognized API version and kind: split.smi-spec.io/v1 TrafficSplit");
const status = { reason: "Invalid", message: "spec.weight: must not be negative" };

describe("a refusal", () => {
  it.each([400, 403, 404, 405, 409, 415, 422])("is an answer of %i, in the words of the API server", (code) => {
    const refusal = { accepted: false, status: code, ...status };
    expect(refusalOf(answered(code, status), "creating it")).toEqual(refusal);
    // The library leaves some bodies as text.
    expect(refusalOf(answered(code, JSON.stringify(status)), "creating it")).toEqual(refusal);
  });

  it("without words has none", () => {
    expect(refusalOf(answered(403, ""), "creating it")).toEqual({
      accepted: false,
      status: 403,
      reason: "",
      message: "",
    });
  });

  it("is a kind that the API server does not serve", () => {
    expect(refusalOf(unknownKind, "creating x")).toMatchObject({
      status: 404,
      reason: "NotFound",
      message: expect.stringContaining("creating x"),
    });
  });

  it.each([
    ["the API server's own failure", answered(500, status)],
    ["a limit of its rate", answered(429, status)],
    ["a token that it does not take", answered(401, status)],
    ["no answer", new TypeError("fetch failed")],
  ])("is not %s", (_, error) => {
    expect(refusalOf(error, "creating it")).toBeUndefined();
  });
});

it("tells an absent object and an absent kind from other failures", () => {
  expect([answered(404, status), unknownKind].map(isAbsent)).toEqual([true, true]);
  expect([answered(403, status), new TypeError("fetch failed")].map(isAbsent)).toEqual([false, false]);
  expect([answered(404, status), unknownKind].map(isUnserved)).toEqual([true, false]);
});

describe("a cluster out of reach", () => {
  it.each([
    [answered(401, status), `HTTP 401 ${status.message}`],
    [answered(502, "<html>Bad Gateway</html>"), "HTTP 502 <html>Bad Gateway</html>"],
    [
      new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code: "ECONNREFUSED" }) }),
      "fetch failed (ECONNREFUSED)",
    ],
    [new Error("first line\nsecond"), "first line"],
  ])("says what was asked, of which server, and what came of it (%#)", (error, words) => {
    expect(unreachable("listing Pod", "https://127.0.0.1:6443", error)).toMatchObject({
      code: "cluster-unreachable",
      message: `listing Pod: https://127.0.0.1:6443 answered: ${words}`,
      cause: error,
    });
  });

  it("quotes no page at length", () => {
    expect(describeFailure(answered(502, "x".repeat(1_000)))).toHaveLength(300);
  });
});
