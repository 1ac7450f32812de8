/** Whoever reads the reference mesh learns SMI, and nothing about faults: they stay in the folder of mutants. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { apiFaults } from "../../../../src/embedded/mutants/api-faults.ts";
import { meshFaults } from "../../../../src/embedded/mutants/mesh-faults.ts";

const MOST = 15;
/** Those that are ordinary words too (`late`) are left out. */
const switches = Object.keys({ ...meshFaults, ...apiFaults }).filter((name) => /[A-Z]/.test(name));
const names = new RegExp(String.raw`(?<![Dd]e)[Ff]ault|/mutants/|\b(${switches.join("|")})\b`);

/** `file: line` for each line of code below src/ that names a fault, outside of the mutants. */
const found = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && /^(embedded|setup\/embedded)/.test(file))
  .filter((file) => !file.startsWith(join("embedded", "mutants")))
  .flatMap((file) =>
    readFileSync(join("src", file), "utf8")
      .split("\n")
      .filter((line) => names.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );

it("names faults nowhere in the reference mesh or the API server", () => {
  expect(found.filter((line) => !/^(embedded\/cluster|setup\/embedded)\.ts/.test(line))).toEqual([]);
});

it(`names them on at most ${MOST} lines, where the cluster is put together`, () => {
  expect(found.length).toBeGreaterThan(0);
  expect(found.length).toBeLessThanOrEqual(MOST);
});
