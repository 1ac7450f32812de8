import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inert, inertColoured, withoutUserInfo } from "../../../src/domain/outside-text.ts";
import { hasCommandToken, runnerCommands } from "../../fakes/runner-commands.ts";

const STATE = '##[save-state name=status]{"repository":"a/b","apiUrl":"http://127.0.0.1:1"}';

describe("the oracle", () => {
  it.each([
    ["at the start", "::error::x", "error"],
    ["after blanks and U+0085", " \u0085\u00a0::set-output name=gate::pass", "set-output"],
    ["in any case", "::Error title=x::y", "error"],
    ["of the old form, anywhere in a line", `admission webhook denied: ${STATE}`, "save-state"],
    ["after a zero-width space", `\u200b${STATE}`, "save-state"],
    ["after a carriage return", "progress 10 %\r::add-mask::a", "add-mask"],
  ])("sees a command %s", (_where, printed, name) => {
    expect(runnerCommands(printed).map((one) => one.name)).toEqual([name]);
  });

  it.each(["a ::error::x", "\u200b::error::x", "::unknown::x", "##[unknown]x", "##[error x", "::1"])(
    "sees none in %j",
    (printed) => {
      expect(runnerCommands(printed)).toEqual([]);
    },
  );
});

describe("inert", () => {
  it.each([
    ["\u0085::error::x", "\uFFFD: :error::x"],
    [`denied: ${STATE}`, `denied: ${STATE.replace("##[", "## [")}`],
    ["###[error]", "### [error]"],
    ["#\u200b#[error]", "#\uFFFD#[error]"],
    ["one\r\ntwo\rthree", "one\ntwo\nthree"],
    ["\u001B]0;title\u0007\u001B[2J", "\uFFFD]0;title\uFFFD\uFFFD[2J"],
    ["fe80::1 and a::b", "fe80::1 and a::b"],
    ["Größe ✓ 日本語\tend", "Größe ✓ 日本語\tend"],
  ])("makes %j to %j", (text, shown) => {
    expect(inert(text)).toBe(shown);
  });

  const tokens = [
    ...[
      "##[",
      "#",
      "[",
      "]",
      "::",
      ":",
      " ",
      "\t",
      "\r",
      "\n",
      "\u000B",
      "\u0085",
      "\u00A0",
      "\u200B",
      "\u2028",
      "\uFEFF",
    ],
    ...[
      "\u001B[31m",
      "\uFE0F",
      "\u00AD",
      "error",
      "save-state name=status",
      "set-output",
      "Warning title=x",
      "{}",
      "a",
    ],
  ];
  const hostile = fc.array(fc.oneof(fc.constantFrom(...tokens), fc.string({ unit: "binary" })), { maxLength: 12 });

  it("leaves no command for the runner and no control for a terminal in any text", () => {
    fc.assert(
      fc.property(hostile, (parts) => {
        const shown = inert(parts.join(""));
        expect(runnerCommands(shown)).toEqual([]);
        expect(hasCommandToken(shown)).toBe(false);
        expect(shown.replace(/[\t\n]/g, "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }),
      { numRuns: 2000 },
    );
  });

  it("keeps all that can be read, in its order", () => {
    fc.assert(
      fc.property(hostile, (parts) => {
        const text = parts.join("");
        const read = (value: string) => value.replace(/[\p{Cc}\p{Cf}\p{Cs}\uFFFD\s]/gu, "");
        expect(read(inert(text))).toBe(read(withoutUserInfo(text)));
      }),
      { numRuns: 2000 },
    );
  });

  it("does nothing more the second time", () => {
    fc.assert(fc.property(hostile, (parts) => inert(inert(parts.join(""))) === inert(parts.join(""))));
  });
});

describe("inertColoured", () => {
  it("keeps the program's colours and no other sequence", () => {
    const shown = inertColoured("\u001B[31mFAIL\u001B[0m \u001B[2Jx\u001B[8mhidden");
    expect(shown).toBe("\u001B[31mFAIL\u001B[0m \uFFFD[2Jx\uFFFD[8mhidden");
    expect(stripVTControlCharacters(shown)).toBe("FAIL \uFFFD[2Jx\uFFFD[8mhidden");
  });
});

describe("withoutUserInfo", () => {
  it.each([
    ["https://bob:S3CRET@127.0.0.1/x", "https://127.0.0.1/x"],
    ["pull of oci://u:p@ss@host/y failed", "pull of oci://host/y failed"],
    ["--chart 'https://tok@h'", "--chart 'https://h'"],
    ["image ghcr.io/a/b@sha256:00", "image ghcr.io/a/b@sha256:00"],
    ["https://host/path@v1", "https://host/path@v1"],
    ["https://host?mail=a@b", "https://host?mail=a@b"],
  ])("makes %s to %s", (text, shown) => {
    expect(withoutUserInfo(text)).toBe(shown);
  });
});
