import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type RunRequest, runCommand } from "../../../src/commands/run.ts";
import { inputDefinitions } from "../../../src/inputs/definitions/index.ts";
import { expectOne, mistakesOf } from "../inputs/mistakes.ts";

const bundled = join(import.meta.dirname, "..", "..", "..", "assertions");

async function started(...argv: readonly string[]) {
  const requests: RunRequest[] = [];
  let printed = "";
  const command = runCommand({
    bundled,
    print: (text) => {
      printed += text;
    },
    async run(request) {
      requests.push(request);
      return 1;
    },
  });
  return { code: await command.run(argv), requests, printed };
}

describe("run", () => {
  it("reads the inputs of the action as options, and ends with the exit code of the run", async () => {
    const { code, requests } = await started("--mesh", "linkerd", "--mesh-version=2.14.0", "--debug");
    expect(code).toBe(1);
    expect(requests).toEqual([{ inputs: { mesh: "linkerd", "mesh-version": "2.14.0" }, mistakes: [], debug: true }]);
  });

  it("takes every input of the action", async () => {
    const argv = inputDefinitions.map(({ name }) => `--${name}=x`);
    const { requests } = await started(...argv);
    expect(requests[0]?.inputs).toEqual(Object.fromEntries(inputDefinitions.map(({ name }) => [name, "x"])));
    expect(requests[0]?.mistakes).toEqual([]);
  });

  it("hands on the mistakes of the command line, which are reported with those in the inputs", async () => {
    const { requests } = await started("--bogus", "1", "--mesh", "--repeat", "often");
    const [{ inputs, mistakes } = { inputs: {}, mistakes: [] }] = requests;
    expect(inputs).toEqual({ repeat: "often" });
    expect(mistakes.map(({ message }) => message)).toEqual([
      "--bogus: there is no such option",
      "mesh: is given without a value",
    ]);
  });

  it("lists the assertions for --list, as it always did, whatever else is given", async () => {
    const { code, requests, printed } = await started("--mesh", "x", "--list");
    expect(code).toBe(0);
    expect(requests).toEqual([]);
    expect(printed).toMatch(/^traffic-split\/weight-75-25 +MUST +\S/m);
    expectOne(await mistakesOf(() => started("--list", "--bogus")), "--bogus", "no such option", /--help/);
  });
});
