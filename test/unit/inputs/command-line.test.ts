import { describe, expect, it } from "vitest";
import { readCommandLine } from "../../../src/inputs/command-line.ts";

const setup = (words: boolean) => ({
  options: {
    mesh: { type: "string" },
    baseline: { type: "string", multiple: true },
    list: { type: "boolean" },
  } as const,
  words,
  inputOf: (option: string) => `input of ${option}`,
});
const told = (argv: readonly string[], words = false) =>
  readCommandLine(argv, setup(words)).mistakes.map(({ message }) => message);

describe("the command line", () => {
  it("gives values, within the option or behind it, several where there may be several, and words", () => {
    const argv = ["--mesh=a b", "--baseline", "x", "one", "--list", "two", "--baseline=--y", "--", "--mesh", "-"];
    const { values, words, mistakes } = readCommandLine(argv, setup(true));
    expect({ ...values }).toEqual({ mesh: "a b", baseline: ["x", "--y"], list: true });
    expect(words).toEqual(["one", "two", "--mesh", "-"]);
    expect(mistakes).toEqual([]);
  });

  it("gives an empty value, and one that is a dash, as they are", () => {
    expect({ ...readCommandLine(["--mesh", "", "--baseline", "-"], setup(false)).values }).toEqual({
      mesh: "",
      baseline: ["-"],
    });
    expect({ ...readCommandLine(["--mesh="], setup(false)).values }).toEqual({ mesh: "" });
  });

  it("names every mistake, and gives what is right of the rest", () => {
    const argv = ["--bogus", "1", "-x", "--mesh", "--list=1", "stray", "--other=2", "--baseline", "kept", "--list"];
    const { values, mistakes } = readCommandLine(argv, setup(false));
    expect(mistakes.map(({ message }) => message)).toEqual([
      "--bogus: there is no such option",
      "-x: there is no such option",
      "input of mesh: is given without a value",
      "--list: takes no value",
      "--other: there is no such option",
      'the command line: "stray" belongs to no option',
    ]);
    expect({ ...values }).toEqual({ baseline: ["kept"], list: true });
  });

  it("says what may have been meant, and never what an unknown option was given", () => {
    const [mistake, ...more] = readCommandLine(["--mehs", "secret"], setup(false)).mistakes;
    expect(more).toEqual([]);
    expect(mistake?.remedy).toBe("Did you mean --mesh? --help lists all options.");
    expect(`${mistake?.message} ${mistake?.remedy}`).not.toContain("secret");
  });

  it("suggests nothing where nothing resembles what is unknown", () => {
    expect(readCommandLine(["--bogus"], setup(false)).mistakes[0]?.remedy).toBe("--help lists all options.");
  });

  it.each([
    ["a name that every object has", ["--constructor", "x"], ["--constructor: there is no such option"]],
    ["an option without a name", ["--=x"], ["--: there is no such option"]],
    [
      "a value that looks like an option",
      ["--mesh", "-1"],
      ["input of mesh: is given without a value", "-1: there is no such option"],
    ],
    ["the last without a value", ["--list", "--mesh"], ["input of mesh: is given without a value"]],
    ["several letters behind one dash, once", ["-abc=1"], ["-abc: there is no such option"]],
    ["words behind --", ["--", "--mesh"], ['the command line: "--mesh" belongs to no option']],
  ])("tells of %s", (_, argv, expected) => {
    expect(told(argv)).toEqual(expected);
  });
});
