/** Readers of what others wrote: whatever it is, they answer, or throw an error of their own. */
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { expect, it } from "vitest";
import { addressesIn, healthIn } from "../../../src/adapters/kubernetes/agent-answers.ts";
import * as answers from "../../../src/adapters/kubernetes/answers.ts";
import { readBaselineFile } from "../../../src/domain/matrix/baseline-source.ts";
import { readSources, sourceProblems } from "../../../src/domain/matrix/source.ts";
import { unpackArrivals, unpackObservations } from "../../../src/domain/measurement/decode.ts";
import { readReport } from "../../../src/domain/report/read-report.ts";
import { verifyReport } from "../../../src/domain/report/verify.ts";
import { expression } from "../../../src/embedded/expression.ts";

/** 2,000 of each where a reader is quick; `npm run fuzz` asks for more. */
const asked = process.env.SMI_FUZZ_RUNS;
const options = (runs = 2_000) => ({ seed: 20_261_201, numRuns: asked === undefined ? runs : Number(asked) });
/** Milliseconds for a test: as many as 100,000 inputs may take. */
const LONG = asked === undefined ? undefined : 6 * 60 * 60_000;

/** A report with two results, so that many can be read. */
async function small(path: string): Promise<unknown> {
  const report = JSON.parse(await readFile(new URL(path, import.meta.url), "utf8"));
  return { ...report, assertions: report.assertions.slice(0, 2) };
}
const reports = [
  await small("../../fixtures/reports/v1.json"),
  await small("../../../docs/example/report.json"),
  await small("../../../docs/example/report.json"),
];

/** Values that lie at the edge of something. */
const edges = fc.constantFrom<unknown>(
  ...[
    null,
    [],
    {},
    "",
    0,
    -1,
    0.5,
    1e18,
    1e308,
    2 ** 32,
    2 ** 53,
    "__proto__",
    "::error::",
    "\u0000",
    "-".repeat(70_000),
  ],
);
const anything = fc.oneof(edges, fc.jsonValue({ maxDepth: 3 }));

/** Stands for another value of the type that is there already, which many schemas let through. */
const SAME_TYPE = Symbol("same type");
function another(value: unknown): unknown {
  if (typeof value === "string") return `${value}::x`;
  if (typeof value === "number") return value + 4_999;
  return typeof value === "boolean" ? !value : [];
}

/** `value` with what is at some place in it replaced. @param at picks the way down, a number for each level */
function replaced(value: unknown, at: readonly number[], by: unknown): unknown {
  const [here, ...further] = at;
  if (here === undefined || typeof value !== "object" || value === null) return by === SAME_TYPE ? another(value) : by;
  const keys = Object.keys(value);
  const key = keys[here % keys.length];
  if (key === undefined) return by;
  const item = replaced((value as Record<string, unknown>)[key], further, by);
  return Array.isArray(value)
    ? value.map((one, n) => (String(n) === key ? item : (one as unknown)))
    : { ...value, [key]: item };
}
const places = fc.array(fc.nat(200), { minLength: 1, maxLength: 6 });
const mutated = (bases: readonly unknown[]) =>
  fc
    .tuple(fc.constantFrom(...bases), places, fc.oneof(anything, fc.constant(SAME_TYPE)))
    .map(([base, at, by]) => replaced(base, at, by));

const texts = fc.oneof(
  mutated(reports).map((value) => JSON.stringify(value)),
  fc.tuple(fc.constantFrom(...reports), fc.nat(5_000)).map(([base, end]) => JSON.stringify(base).slice(0, end)),
  fc.json(),
  fc.string(),
);

it(
  "reads, or refuses with a reason, any report, baseline and matrix source",
  () => {
    let read = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const found = readReport(text);
        readBaselineFile(text);
        for (const source of readSources([{ path: "x.json", named: true, text, sha256: "1" }]).sources)
          sourceProblems(source);
        if (!("report" in found)) {
          expect(found.why).not.toBe("");
          return;
        }
        read += 1;
        verifyReport({ ...found, sha256: "", catalogue: { digest: "", assertions: [] } });
      }),
      options(500),
    );
    // Mutants that are all refused would leave the checks untested.
    expect(read).toBeGreaterThan(20);
  },
  LONG,
);

const wellAnswered = [
  { gitVersion: "v1.34.4" },
  { metadata: { resourceVersion: "1" }, items: [{ metadata: { name: "p" } }] },
  { resources: [{ name: "pods", kind: "Pod", namespaced: true }] },
  { groups: [{ name: "g", versions: [{ version: "v1" }], preferredVersion: { version: "v1" } }] },
];
const readAnswer: readonly ((answer: unknown) => unknown)[] = [
  answers.versionIn,
  answers.objectIn,
  answers.resourcesIn,
  answers.logIn,
  (answer) => answers.listIn(answer, "v1", "Pod"),
  (answer) => answers.groupVersionsIn(answer, "g"),
];

/** The class of what is thrown, where anything is. */
function thrownBy(act: () => unknown): unknown {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as Error).constructor;
  }
}

it(
  "takes any answer of an API server for what it is, or for a wrong one",
  () => {
    fc.assert(
      fc.property(fc.oneof(mutated(wellAnswered), fc.anything()), (answer) => {
        for (const read of readAnswer) expect([undefined, answers.WrongAnswer]).toContain(thrownBy(() => read(answer)));
      }),
      options(),
    );
  },
  LONG,
);

const agentAnswers = [
  { shapes: [{ status: 200, echoes: true }], rows: [0, 1.5, 0, 2] },
  { shapes: [{ transport: "http", port: 80, peer: "10.0.0.1" }], rows: [0, "1", 2] },
  { ok: true, identity: { pod: "p", account: "a", workload: "w" }, ports: { http: [1], tcp: [], udp: [] }, now: 1 },
  ["10.0.0.1"],
];

it(
  "takes any reply of an agent for what it is, or for none",
  () => {
    fc.assert(
      fc.property(fc.oneof(mutated(agentAnswers), fc.jsonValue()), (reply) => {
        expect([undefined, RangeError]).toContain(thrownBy(() => unpackObservations("b", reply as never)));
        expect([undefined, RangeError]).toContain(thrownBy(() => unpackArrivals("b", reply as never)));
        expect([undefined, TypeError]).toContain(thrownBy(() => healthIn(reply)));
        expect([undefined, TypeError]).toContain(thrownBy(() => addressesIn(reply)));
      }),
      options(),
    );
  },
  LONG,
);

const pieces = fc.array(
  fc.constantFrom(
    "(",
    ")",
    "[",
    "]",
    "*",
    "+",
    "?",
    "{2}",
    "{1000}",
    "a",
    "/",
    ".",
    "|",
    "^",
    "$",
    "\\",
    "\\d",
    "(?i)",
  ),
  { maxLength: 12 },
);

it(
  "takes any text for an expression or for none, and decides it",
  () => {
    fc.assert(
      fc.property(pieces, fc.string(), (parts, text) => {
        const compiled = expression(parts.join(""));
        if (compiled !== undefined) expect(typeof compiled.test(`/${"a".repeat(50)}${text}`)).toBe("boolean");
      }),
      options(),
    );
  },
  LONG,
);
