import { access, readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { allowedFailuresSchema } from "../../../../src/domain/gate/allowed-failures.ts";
import { readMinimum } from "../../../../src/domain/gate/gate-policy.ts";
import { specNames } from "../../../../src/domain/smi/kinds.ts";

describe("the minimum", () => {
  it.each([
    ["90", { all: 90, perSpec: {} }],
    ["90%", { all: 90, perSpec: {} }],
    ["0", { all: 0, perSpec: {} }],
    ["99.5", { all: 99.5, perSpec: {} }],
    ["traffic-access=100 traffic-split=80", { all: null, perSpec: { "traffic-access": 100, "traffic-split": 80 } }],
    ["traffic-split=80,\n 75", { all: 75, perSpec: { "traffic-split": 80 } }],
    ["traffic-split=0", { all: null, perSpec: { "traffic-split": 0 } }],
  ])("%j is read", (text, value) => {
    expect(readMinimum(text)).toEqual({ value });
  });

  it.each([
    ["most", '"most"'],
    ["101", '"101"'],
    ["-1", '"-1"'],
    ["NaN", '"NaN"'],
    ["Infinity", '"Infinity"'],
    ["0x10", '"0x10"'],
    ["1e1", '"1e1"'],
    ["%", '"%"'],
    ["90%%", '"90%%"'],
    ["90 80", '"80" is a second percentage'],
    ["traffic-split=80 traffic-split=90", "traffic-split has two percentages"],
    ["traffic-split=", '"traffic-split="'],
    ["traffic-split=most", '"traffic-split=most"'],
    ["traffic-split=80=90", '"traffic-split=80=90"'],
    ["traffic-magic=5", '"traffic-magic" is not a spec; the specs are traffic-access'],
    ["=5", '"" is not a spec'],
    [",", "it contains no percentage"],
  ])("%j is refused, and it is said why", (text, problem) => {
    const read = readMinimum(text);
    expect("problem" in read ? read.problem : read).toEqual(expect.stringContaining(problem));
  });

  it("is what was written, in whatever order", () => {
    const share = fc.integer({ min: 0, max: 1000 }).map((n) => n / 10);
    const shares = fc.dictionary(fc.constantFrom(...specNames), share, { minKeys: 1 });
    fc.assert(
      fc.property(fc.option(share), shares, fc.boolean(), (all, perSpec, turned) => {
        const words = [
          ...(all === null ? [] : [`${all}`]),
          ...Object.entries(perSpec).map(([name, value]) => `${name}=${value}`),
        ];
        const text = (turned ? words.toReversed() : words).join(" ");
        expect(readMinimum(text)).toEqual({ value: { all, perSpec: { ...perSpec } } });
      }),
    );
  });
});

describe("the policies that docs/gate.md shows", () => {
  const root = new URL("../../../..", import.meta.url);
  const isThere = (id: string) => access(new URL(`assertions/${id}.yaml`, root));

  it("are ones that can be given", async () => {
    const shown = await readFile(new URL("docs/gate.md", root), "utf8");
    const blocks = [...shown.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => parse(block));
    const given = Object.assign({}, ...blocks.filter((block) => !Array.isArray(block)));
    expect(Object.keys(given).toSorted()).toEqual([
      "allow-failures",
      "baseline",
      "baseline-run",
      "fail-on",
      "minimum",
      "require",
    ]);
    expect(readMinimum(given.minimum)).toEqual({ value: { all: 90, perSpec: { "traffic-access": 100 } } });
    const [known = []] = blocks.filter(Array.isArray).map((block) => allowedFailuresSchema.parse(block));
    const required: string[] = given.require.split(" ");
    const ids = required.filter((name) => !(specNames as readonly string[]).includes(name));
    for (const id of [...ids, ...known.map((entry) => entry.id)]) await isThere(id);
    expect([known.length, ids.length, required.length]).toEqual([1, 1, 2]);
  });
});
