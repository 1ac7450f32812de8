import { describe, expect, it } from "vitest";
import { code, details, fence, table, text } from "../../../../src/render/text/gfm.ts";

describe("text", () => {
  it.each([
    ["a -> b GET /api", "a -&gt; b GET /api"],
    ["x | y", "x &#124; y"],
    ["<b onclick=x>", "&lt;b onclick=x&gt;"],
    ["`rm`", "&#96;rm&#96;"],
    ["one\ntwo", "one two"],
    ["**bold** _it_ ~no~", "&#42;&#42;bold&#42;&#42; &#95;it&#95; &#126;no&#126;"],
    ["[here](x)", "&#91;here&#93;(x)"],
    ["a\\|b", "a&#92;&#124;b"],
    ["&lt;", "&amp;lt;"],
    ["$x$ #1", "&#36;x&#36; &#35;1"],
    ["see https://evil.example", "see https&#58;//evil.example"],
    ["see www.evil.example", "see www&#46;evil.example"],
    ["- item", "&#45; item"],
    ["1. item", "1&#46; item"],
    ["--- ", "&#45;--"],
    ["1.5 s at 12:30 -x", "1.5 s at 12:30 -x"],
  ])("%j becomes %j", (given, expected) => {
    expect(text(given)).toBe(expected);
  });
});

describe("code", () => {
  it.each([
    ["traffic-access/x", "`traffic-access/x`"],
    ["a -> b", "`a -> b`"],
    ["a `b`", "<code>a &#96;b&#96;</code>"],
    ["a|b", "<code>a&#124;b</code>"],
    ["<img>", "<code>&lt;img&gt;</code>"],
    ["&lt;", "<code>&amp;lt;</code>"],
    [" \n", "–"],
  ])("%j becomes %j", (given, expected) => {
    expect(code(given)).toBe(expected);
  });
});

it("a fence is longer than any inside", () => {
  expect(fence("a\n```\nb\n````", "sh")).toBe("`````sh\na\n```\nb\n````\n`````");
});

it("a table has a rule that aligns numbers to the right", () => {
  expect(table(["A", "N"], [["x", "1"]], [1])).toBe("| A | N |\n| --- | --: |\n| x | 1 |");
});

it("what is collapsed is still Markdown", () => {
  expect(details("a <b>", "| x |")).toBe("<details><summary>a &lt;b&gt;</summary>\n\n| x |\n\n</details>");
});
