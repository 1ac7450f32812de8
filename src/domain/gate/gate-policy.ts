/** What a release is gated on, and the decision as a report carries it. */
import { z } from "zod";
import { specNames } from "../smi/kinds.ts";

export const failOnModes = ["must-failures", "any-failure", "regression", "never"] as const;
export type FailOn = (typeof failOnModes)[number];

const percent = z.number().min(0).max(100);

export const gatePolicySchema = z.strictObject({
  failOn: z.enum(failOnModes),
  minimum: z.strictObject({ all: percent.nullable(), perSpec: z.partialRecord(z.enum(specNames), percent) }),
  require: z.array(z.string()).describe("Ids of assertions and names of specs that have to be run and to pass"),
  allowed: z.array(
    z.strictObject({ id: z.string(), reason: z.string(), expires: z.string().describe("Last day, YYYY-MM-DD, UTC") }),
  ),
  regression: z.boolean().describe("A baseline was given: what passed there and does not pass now blocks"),
});
export type GatePolicy = z.infer<typeof gatePolicySchema>;

export const gateSchema = z.strictObject({
  decision: z.enum(["pass", "block"]),
  enforced: z.boolean().describe("false: fail-on is never, so that the step passes whatever was decided"),
  failOn: z.enum(failOnModes),
  rules: z.array(z.strictObject({ rule: z.string(), held: z.boolean(), text: z.string(), ids: z.array(z.string()) })),
  allowed: z.array(z.strictObject({ id: z.string(), reason: z.string(), expires: z.string(), used: z.boolean() })),
  newlyPassing: z.array(z.string()),
  policy: gatePolicySchema.describe("As it was applied, so that the decision can be repeated"),
  baseline: z
    .strictObject({ mesh: z.string(), version: z.string(), sha256: z.string(), source: z.string() })
    .nullable(),
});
export type Gate = z.infer<typeof gateSchema>;

/** `90`, `traffic-access=100 traffic-split=80`, or both; a percent sign may follow each. Says what is wrong with anything else. */
export function readMinimum(
  words: string | readonly string[],
): { readonly value: GatePolicy["minimum"] } | { readonly problem: string } {
  const list = (typeof words === "string" ? words.split(/[\s,]+/) : words).filter((word) => word !== "");
  if (list.length === 0) return { problem: "it contains no percentage" };
  const value: { all: number | null; perSpec: GatePolicy["minimum"]["perSpec"] } = { all: null, perSpec: {} };
  for (const word of list) {
    const [, name, number = ""] = /^(?:([^=]*)=)?(.*)$/.exec(word) ?? [];
    const share = /^\d+(\.\d+)?%?$/.test(number) ? Number(number.replace("%", "")) : Number.NaN;
    if (!(share >= 0 && share <= 100)) return { problem: `"${word}" is not a percentage from 0 to 100` };
    if (name === undefined) {
      if (value.all !== null) return { problem: `"${word}" is a second percentage for everything` };
      value.all = share;
      continue;
    }
    const spec = specNames.find((known) => known === name);
    if (spec === undefined) return { problem: `"${name}" is not a spec; the specs are ${specNames.join(", ")}` };
    if (value.perSpec[spec] !== undefined) return { problem: `${spec} has two percentages` };
    value.perSpec[spec] = share;
  }
  return { value };
}
