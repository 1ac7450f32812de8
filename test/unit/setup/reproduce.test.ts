import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { RawInputs } from "../../../src/inputs/inputs.ts";
import { reproduceCommand } from "../../../src/setup/reproduce.ts";
import { parseInputs } from "../inputs/mistakes.ts";

const commandOf = (raw: RawInputs, lookAround = false) =>
  reproduceCommand(parseInputs(raw, { suiteVersion: "0.1.0", lookAround }));

describe("the command that runs everything again", () => {
  it("has what was given, and nothing that is a default or makes sense in the workflow alone", () => {
    const raw: RawInputs = {
      ...{ mesh: "traefik-mesh", "mesh-version": "1.4.8", repeat: "3", timeout: "1800", upload: "true" },
      ...{ token: "ghs_secret", "status-context": "mine", "baseline-run": "17" },
    };
    expect(commandOf(raw)).toBe("npm run conformance -- --mesh traefik-mesh --mesh-version 1.4.8 --repeat 3");
  });

  it("has no user and password of an address", () => {
    const raw = { mesh: "traefik-mesh", "mesh-version": "1.4.8", chart: "https://bob:S3CRET@127.0.0.1/x" };
    expect(commandOf(raw)).toMatch(/--chart https:\/\/127\.0\.0\.1\/x$/);
  });

  it("names the embedded cluster and its seed, also where both were defaults", () => {
    expect(commandOf({}, true)).toBe("npm run conformance -- --cluster embedded --seed 1");
    expect(commandOf({ mutant: "ignores-weights", seed: "7" })).toBe(
      "npm run conformance -- --mutant ignores-weights --seed 7 --cluster embedded",
    );
  });

  it("gives each value to a shell as it is", () => {
    const values = '/tmp/it\'s $HOME; `x` "y".yaml';
    const command = commandOf({ mesh: "traefik-mesh", "mesh-version": "1.4.8", values });
    const words = execFileSync("sh", ["-c", `printf '%s\\n' ${command}`], { encoding: "utf8" }).split("\n");
    expect(words).toContain(values);
  });
});
