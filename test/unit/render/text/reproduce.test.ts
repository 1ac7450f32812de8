import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reproduceAssertion } from "../../../../src/render/text/reproduce.ts";

const id = "traffic-split/weight-75-25";

describe("reproduceAssertion", () => {
  it.each([
    [
      "npm run conformance -- --mesh m --mesh-version 1",
      `npm run conformance -- --mesh m --mesh-version 1 --only ${id}`,
    ],
    ["x --only 'a/b c/d' --mesh m", `x --mesh m --only ${id}`],
    ["x --specs traffic-split --skip a/b --shard 1/3 --seed 7", `x --seed 7 --only ${id}`],
    ["x --minimum 90 --require a/b --baseline old.json --allow-failures known.yaml", `x --only ${id}`],
    ["x --values ' --only y' --keep-cluster true", `x --values ' --only y' --keep-cluster true --only ${id}`],
    ["x --values 'it'\\''s --only' --only z", `x --values 'it'\\''s --only' --only ${id}`],
  ])("%s", (command, expected) => {
    expect(reproduceAssertion(command, id)).toBe(expected);
  });

  it("is one word to a shell, whatever the id", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (name) => {
        fc.pre(!name.includes("\0"));
        const [, word = ""] = /^x --only ([\s\S]*)$/.exec(reproduceAssertion("x", name)) ?? [];
        const plain = word.replaceAll(/'([^']*)'|\\(.)/g, "$1$2");
        expect(/^[\w@%+=:,./-]+$/.test(word) ? word : plain).toBe(name);
      }),
    );
  });

  it("is what a real shell reads", () => {
    const words = execFileSync("sh", [
      "-c",
      `printf '%s\\n' ${reproduceAssertion("x --mesh 'a b'", "it's $HOME `id`")}`,
    ]);
    expect(words.toString().trimEnd().split("\n")).toEqual(["x", "--mesh", "a b", "--only", "it's $HOME `id`"]);
  });
});
