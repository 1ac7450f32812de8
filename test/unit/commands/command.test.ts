import { describe, expect, it } from "vitest";
import { type NamedCommand, runProgram } from "../../../src/commands/command.ts";
import { expectOne, mistakesOf } from "../inputs/mistakes.ts";

async function program(...argv: readonly string[]) {
  const calls: string[] = [];
  const loaded: string[] = [];
  let printed = "";
  const command = (name: string): NamedCommand => ({
    name,
    summary: `does ${name}`,
    async load() {
      loaded.push(name);
      return {
        usage: `how ${name} is used`,
        async run(given) {
          calls.push([name, ...given].join(" "));
          return 7;
        },
      };
    },
  });
  const code = await runProgram(argv, {
    commands: [command("run"), command("list"), command("verify")],
    overview: () => "all commands",
    print: (text) => {
      printed += text;
    },
  });
  return { code, calls, loaded, printed };
}

describe("the program", () => {
  it.each([
    ["nothing", [], "run"],
    ["options alone", ["--mesh", "list"], "run --mesh list"],
    ["the default by its name", ["run", "--mesh", "x"], "run --mesh x"],
    ["another command", ["verify", "report.json", "--", "-h"], "verify report.json -- -h"],
  ])("runs the command that %s names, loads no other, and ends with its exit code", async (_, argv, call) => {
    expect(await program(...argv)).toEqual({
      code: 7,
      calls: [call],
      loaded: [call.split(" ", 1)[0]],
      printed: "",
    });
  });

  it.each([
    [["-h"], "all commands"],
    [["--help", "--bogus"], "all commands"],
    [["--mesh", "x", "--help"], "all commands"],
    [["help"], "all commands"],
    [["help", "help"], "all commands"],
    [["help", "list"], "how list is used"],
    [["list", "-h"], "how list is used"],
    [["run", "--help"], "how run is used"],
  ])("shows help for %j, and runs nothing", async (argv, printed) => {
    expect(await program(...argv)).toMatchObject({ code: 0, calls: [], printed });
  });

  it("names the command that may have been meant, and otherwise all of them", async () => {
    expectOne(await mistakesOf(() => program("lsit")), "the command line", '"lsit"', /^Did you mean list\? /);
    for (const argv of [["bogus"], ["help", "bogus"]])
      expectOne(
        await mistakesOf(() => program(...argv)),
        "the command line",
        'there is no command "bogus"',
        /^The commands are run, list, verify, help\.$/,
      );
  });
});
