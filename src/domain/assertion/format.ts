/** What an assertion or fixture file looks like at first sight, before its schema is asked: its format, and one operation a step. */
import { allowed, type Mistake } from "./mistake.ts";
import { operationNames } from "./step.ts";

const FORMAT = 2;
const GUIDE = 'docs/assertion-model.md, "From format 1"';

const called = (name: string) => `It is called ${name} in format 2.`;

/** Names of format 1, by what to do about them. */
export const renamed: Readonly<Record<string, string>> = {
  phases: `Format 2 has a list of steps in the order in which they are carried out: see ${GUIDE}.`,
  change: "Format 2 has a step of its own for each change: scale, restart or setAccount.",
  succeeds: called("replaces"),
  twin: called("validVariant"),
  inert: called("staysRefused"),
  sentinel: called("marker"),
  rest: called("steadyState"),
  "rejected-or-inert": called("rejected-or-ignored"),
  K1: called("server-alive"),
  K2: called("policy-flip"),
  K3: called("arrivals-agree"),
  K4: called("sibling-refused"),
  K5: called("all-accounted-for"),
  K6: called("backends-reachable"),
  K7: called("stored-as-sent"),
  K8: called("quiet-before"),
  K9: called("valid-variant-accepted"),
};

type Fields = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

/** One mistake for a file of another format: whatever else is wrong with it follows from that. */
export function formatMistake(value: unknown, kind: "assertion" | "fixture"): Mistake | undefined {
  if (!isMap(value))
    return { path: [], message: `this is no ${kind}: expected a map that begins with format: ${FORMAT}` };
  const { format } = value;
  if (format === FORMAT) return undefined;
  const path = format === undefined ? [] : ["format"];
  if (format === undefined || format === 1) {
    const said = format === undefined ? "names no format, which makes it format 1" : "is of format 1";
    const change =
      kind === "assertion"
        ? "its phases have become a list of steps, workloads and fields have other names, and says is new"
        : "rest is called steadyState, and the workloads of the bundled fixtures have other names";
    return {
      path,
      message: `this ${kind} ${said}; this version reads format ${FORMAT}: ${change}`,
      remedy: `Carry it over as ${GUIDE} says, and begin it with format: ${FORMAT}.`,
    };
  }
  return {
    path,
    message: `there is no format ${JSON.stringify(format)}`,
    remedy: `This version reads format ${FORMAT}.`,
  };
}

/** Steps that carry out no operation, or several. */
export function stepMistakes(value: unknown): readonly Mistake[] {
  const steps = isMap(value) && Array.isArray(value.steps) ? (value.steps as readonly unknown[]) : [];
  return steps.flatMap((step, index): readonly Mistake[] => {
    if (!isMap(step)) return [];
    const operations = operationNames.filter((name) => Object.hasOwn(step, name));
    if (operations.length === 1) return [];
    const path = ["steps", index];
    if (operations.length > 1)
      return [
        {
          path,
          message: `a step carries out one operation, and this one has ${operations.join(" and ")}`,
          remedy: "Make a step of each, in the order in which they are to be carried out.",
        },
      ];
    const [odd = ""] = Object.keys(step).filter((key) => key !== "name");
    return [
      {
        path,
        message: `a step carries out one operation, and this one has none${odd === "" ? "" : ` (it has ${odd})`}`,
        remedy: renamed[odd] ?? allowed(odd, operationNames, "Operations:"),
      },
    ];
  });
}
