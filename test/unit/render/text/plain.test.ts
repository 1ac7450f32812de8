import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clip, lines, oneLine } from "../../../../src/render/text/plain.ts";
import { hostileText } from "../hostile.ts";

describe("oneLine", () => {
  it.each([
    ["a\r\n\tb  c ", "a b c"],
    ["\u001B[31mred", "\uFFFD[31mred"],
    ["evil\u202Etxt", "evil\uFFFDtxt"],
    ["half \uD83C", "half \uFFFD"],
    ["line\u2028separator", "line separator"],
    ["", ""],
  ])("%j becomes %j", (given, expected) => {
    expect(oneLine(given)).toBe(expected);
  });

  it("holds no control, no direction mark and no broken character, at any length", () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 50 }), (given, max) => {
        const shown = oneLine(given, max);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(shown.length).toBeLessThanOrEqual(max);
      }),
    );
  });
});

describe("clip", () => {
  it.each([
    ["abcd", 4, "abcd"],
    ["abcde", 4, "abc…"],
    // No half of a pair may be left over.
    ["ab🎉cd", 4, "ab…"],
  ])("%j at %i is %j", (given, max, expected) => {
    expect(clip(given, max)).toBe(expected);
  });
});

describe("lines", () => {
  it("keeps the lines and the indentation, and makes each safe", () => {
    expect(lines("\n a\r\n\tb\u0007 \n\nc\n")).toEqual([" a", "  b\uFFFD", "", "c"]);
  });

  it("is bounded in all", () => {
    expect(lines("x\n".repeat(100_000), 100).join("\n").length).toBe(100);
  });
});
