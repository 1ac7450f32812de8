import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byteLength, fitParts, type Part } from "../../../../src/render/text/bounded.ts";

const note = (left: string) => `LEFT OUT: ${left}.`;
const part = (letter: string, size: number, drop?: Part["drop"]): Part => ({
  text: letter.repeat(size),
  name: `part ${letter}`,
  ...(drop && { drop }),
});

describe("fitParts", () => {
  it("leaves everything as it is when there is room", () => {
    expect(fitParts([part("a", 3), part("b", 3, "collapsed")], 100, note)).toBe("aaa\n\nbbb");
  });

  it("drops the largest collapsed part first, and says so below the first part", () => {
    const parts = [part("a", 10), part("b", 50, "collapsed"), part("c", 90, "collapsed"), part("d", 200, "item")];
    const shown = fitParts(parts, 350, note);
    expect(shown).toBe(`${"a".repeat(10)}\n\nLEFT OUT: part c.\n\n${"b".repeat(50)}\n\n${"d".repeat(200)}`);
  });

  it("drops items from the end once nothing collapsed is left, then sections", () => {
    const parts = [
      part("a", 10),
      part("s", 30, "section"),
      part("r", 100, "item"),
      part("r", 100, "item"),
      part("c", 40, "collapsed"),
    ];
    expect(fitParts(parts, 250, note)).toBe(
      `${"a".repeat(10)}\n\nLEFT OUT: part r, part c.\n\n${"s".repeat(30)}\n\n${"r".repeat(100)}`,
    );
    expect(fitParts(parts, 100, note)).toBe(`${"a".repeat(10)}\n\nLEFT OUT: part s, part r (2), part c.`);
  });

  it("cuts a first part that is too large by itself, between characters", () => {
    expect(fitParts([{ text: "ääää" }], 5, note)).toBe("ää");
  });

  it("never exceeds the limit, and keeps the order", () => {
    const drops = fc.constantFrom(undefined, "collapsed", "item", "section");
    const parts = fc.array(fc.tuple(fc.constantFrom("x", "ü", "🎉"), fc.nat(200), drops), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(parts, fc.nat(4000), (given, limit) => {
        const all = given.map(([letter, size, drop], index) => ({ ...part(letter, size, drop), name: `${index % 5}` }));
        const shown = fitParts(all, limit, note);
        expect(byteLength(shown)).toBeLessThanOrEqual(limit);
        expect(shown.isWellFormed()).toBe(true);
      }),
    );
  });
});
