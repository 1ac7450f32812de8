import { describe, expect, it } from "vitest";
import { judgeRefusal, type Refusal } from "../../../../src/adapters/github/reply.ts";

const NOW = Date.UTC(2026, 0, 1);
const soon = String(NOW / 1000 + 20);

function judge(status: number | undefined, headers: Refusal["headers"], message: string, tries = 1) {
  const asked = { repository: "o/r", sha: "a".repeat(40), context: "c", tries, nowMs: NOW };
  return judgeRefusal({ status, headers, message }, asked);
}

describe("a refusal that passes", () => {
  it.each<[string, number | undefined, Refusal["headers"], string, number, number]>([
    ["429 without a word", 429, {}, "", 1, 60_000],
    ["the same for the second time", 429, {}, "", 2, 120_000],
    ["403 in words alone", 403, {}, "You have exceeded a secondary rate limit", 1, 60_000],
    ["403 with retry-after, whatever the words are", 403, { "retry-after": "7" }, "Forbidden", 1, 7000],
    [
      "retry-after before the reset",
      403,
      { "retry-after": 7, "x-ratelimit-remaining": "0", "x-ratelimit-reset": soon },
      "",
      1,
      7000,
    ],
    [
      "no requests left",
      403,
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": soon },
      "API rate limit exceeded",
      1,
      20_000,
    ],
    ["a reset that has passed", 403, { "x-ratelimit-remaining": 0, "x-ratelimit-reset": 1 }, "", 1, 1000],
    ["retry-after that is a date, which GitHub never sends", 429, { "retry-after": "soon" }, "", 1, 60_000],
    ["500", 500, {}, "", 1, 1000],
    ["504 for the fourth time", 504, {}, "", 4, 8000],
    ["408", 408, {}, "", 1, 1000],
    ["no answer", undefined, {}, "socket hang up", 1, 1000],
  ])("is asked again: %s", (_, status, headers, message, tries, retryInMs) => {
    expect(judge(status, headers, message, tries)).toMatchObject({ retryInMs, because: expect.any(String) });
  });

  it.each<[string, number, Refusal["headers"], string]>([
    [
      "403 with requests left",
      403,
      { "x-ratelimit-remaining": "12", "x-ratelimit-reset": soon },
      "Must have admin rights",
    ],
    ["403 without a word", 403, {}, ""],
    ["404, though no requests are left", 404, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": soon }, "Not Found"],
    ["400", 400, {}, "Problems parsing JSON"],
  ])("is none: %s", (_, status, headers, message) => {
    expect(judge(status, headers, message)).toEqual({
      failed: expect.stringContaining(`${status}`),
      next: expect.stringMatching(/\w/),
    });
  });
});
