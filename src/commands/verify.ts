/** `smi-conformance verify REPORT`: does a report agree with itself, and with the suite that it names? */
import { dirname, join } from "node:path";
import { readCatalogue } from "../adapters/files/catalogue.ts";
import { readRegularFile } from "../adapters/files/regular-file.ts";
import { reasonOf } from "../adapters/files/report-files.ts";
import { readStored, type StoredFile } from "../adapters/files/stored-file.ts";
import { type Baseline, readBaseline } from "../domain/report/baseline.ts";
import { TEST_RESULT_FILE } from "../domain/report/in-toto.ts";
import { parseJson } from "../domain/report/json-text.ts";
import { type ReadReport, readReport } from "../domain/report/read-report.ts";
import { type Verification, verifyReport } from "../domain/report/verify.ts";
import { ConfigurationError } from "../errors.ts";
import { readCommandLine } from "../inputs/command-line.ts";
import { collectErrors } from "../inputs/error-collector.ts";
import { oneLine } from "../render/text/plain.ts";
import { count } from "../render/text/quantities.ts";

export const verifyUsage = `smi-conformance verify REPORT [--assertions DIR] [--baseline REPORT]

  Recomputes whatever in a report follows from the rest of it, and names each difference. REPORT is a report.json, or a
  folder that contains one; the in-toto statement beside it is checked as well.

  --assertions DIR     Assertions that the report was made with, if they are not the bundled ones.
  --baseline REPORT    Report that the gate compared it with.

Exit codes: 0 everything matches, 1 something does not, 2 a file cannot be read.
`;

type ParsedReport = Extract<ReadReport, { report: unknown }>;

function parse({ text, path }: StoredFile): ParsedReport {
  const read = readReport(text);
  if ("report" in read) return read;
  throw new ConfigurationError(
    "verify",
    `"${path}" is not a report that can be read: ${read.why}`,
    "Give a report.json that this program wrote.",
  );
}

async function baselineAt(given: string): Promise<Baseline> {
  const stored = await readStored("--baseline", given);
  const read = readBaseline(stored.text);
  if ("problem" in read)
    throw new ConfigurationError(
      "--baseline",
      `"${stored.path}" ${read.problem}`,
      "Give a report.json that this program wrote.",
    );
  return { report: read.report, sha256: stored.sha256, source: stored.path };
}

/** A statement has as many lines as a report has assertions. */
const MAX_STATEMENT_BYTES = 16 * 1024 * 1024;

/** The statement beside the report, parsed; undefined where there is none. @throws ConfigurationError */
async function statementBeside(path: string): Promise<unknown> {
  const file = join(dirname(path), TEST_RESULT_FILE);
  let text: string;
  try {
    text = (await readRegularFile(file, MAX_STATEMENT_BYTES)).toString("utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new ConfigurationError(
      "verify",
      `"${file}" cannot be read (${reasonOf(cause)})`,
      "Make it readable, or move the report away from it.",
      { cause },
    );
  }
  const json = parseJson(text);
  if ("value" in json) return json.value;
  throw new ConfigurationError(
    "verify",
    `"${file}" is not JSON that can be read: ${json.why}`,
    "Take it from the run's artifact again, with its report.",
  );
}

function explain({ mismatches, checked, unchecked }: Verification, path: string): string {
  const named = mismatches.map(
    (one) =>
      `  ${oneLine(one.path, 200)}\n    claimed     ${oneLine(one.claimed, 400)}\n    recomputed  ${oneLine(one.recomputed, 400)}`,
  );
  const suite = mismatches.some((one) => one.path === "suite.assertions")
    ? [
        "",
        "The report was made with other assertions: give those with --assertions, or use the version of the suite that made it.",
      ]
    : [];
  return [
    mismatches.length === 0
      ? `${path}: everything matches`
      : `${path}: ${count(mismatches.length, "mismatch", "mismatches")}`,
    ...named,
    ...suite,
    "",
    "Recomputed:",
    ...checked.map((line) => `  ${line}`),
    "Not recomputed:",
    ...unchecked.map((line) => `  ${line}`),
    "",
  ].join("\n");
}

const setup = {
  options: { assertions: { type: "string" }, baseline: { type: "string" } },
  words: true,
  inputOf: (option: string) => `--${option}`,
} as const;

/** @throws ConfigurationError for none and for several */
function onlyOne(paths: readonly string[]): string {
  const [given, ...more] = paths;
  if (given !== undefined && more.length === 0) return given;
  throw new ConfigurationError(
    "verify",
    `${given === undefined ? "no report is" : "more than one report is"} given`,
    "Give the path of one report (report.json).",
  );
}

/**
 * Exit code: 0 where everything matches, 1 where something does not.
 * @param bundled folder of the suite's own assertions.
 * @throws InputErrors with every mistake: bad input, and what cannot be read.
 */
export async function verifyCommand(
  argv: readonly string[],
  { print, bundled }: { readonly print: (text: string) => void; readonly bundled: string },
): Promise<number> {
  const { values, words, mistakes } = readCommandLine(argv, setup);
  const { assertions, baseline: baselinePath } = values;
  const { check, throwIfAny } = collectErrors(mistakes);
  // An unknown option may have taken the report for its value.
  const stored =
    words.length === 0 && mistakes.length > 0 ? undefined : await check(() => readStored("verify", onlyOne(words)));
  const read = stored && (await check(() => parse(stored)));
  const statement = stored && (await check(() => statementBeside(stored.path)));
  const baseline = baselinePath === undefined ? undefined : await check(() => baselineAt(baselinePath));
  const catalogue = await check(() => readCatalogue(assertions ?? bundled));
  throwIfAny();
  if (!stored || !read || !catalogue) throw new Error("a check failed without a mistake");
  const verification = verifyReport({ ...read, sha256: stored.sha256, catalogue, baseline, statement });
  print(explain(verification, stored.path));
  return verification.mismatches.length === 0 ? 0 : 1;
}
