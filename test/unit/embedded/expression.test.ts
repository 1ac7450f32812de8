import { describe, expect, it } from "vitest";
import { expression } from "../../../src/embedded/expression.ts";
import { defaultChoices } from "../../../src/embedded/reference/open-choices.ts";
import { compileMatch } from "../../../src/embedded/reference/routes.ts";

const blowUps: readonly (readonly [pathRegex: string, path: string])[] = [
  ["(/?a+)+$", `/${"a".repeat(5_000)}!`],
  ["/(a|a)*$", `/${"a".repeat(5_000)}!`],
  ["/(.*,)*x$", `/${",".repeat(5_000)}`],
  ["/([a-z]+)*\\d", `/${"b".repeat(5_000)}`],
];

/** Milliseconds; a backtracking engine needs ages for any of these. */
const PROMPT_MS = 5_000;

describe.each(blowUps)("a path against %s", (pathRegex, path) => {
  it("is decided in time linear in its length", () => {
    const match = compileMatch({ name: "all", pathRegex, methods: undefined, headers: [] }, defaultChoices);
    const start = performance.now();
    expect(match({ method: "GET", path, headers: {}, body: "" } as never)).toBe(false);
    expect(performance.now() - start).toBeLessThan(PROMPT_MS);
  });
});

it.each(["[", "(", "a**", "(?=a)", String.raw`(a)\1`, "(a{1000}){1000}", "\\"])("is not %s", (source) => {
  expect(expression(source)).toBeUndefined();
});

it.each([
  ["/api/.*", "/api/x", true],
  ["^/api$", "/api", true],
  ["^/api$", "/api\n", false],
  ["b", "abc", true],
  ["(?i:ABC)", "abc", true],
  [String.raw`^\d{2,3}$`, "1234", false],
])("%s in %j: %s", (source, text, found) => {
  expect(expression(source)?.test(text)).toBe(found);
});
