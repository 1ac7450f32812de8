// Writes what is made from the sources: schemas/, action.yml, the tables of docs/inputs.md, docs/assertions.md, and the linter's
// rules and the picture of who may import whom (scripts/rooms.ts).
//   node scripts/generate.ts            writes them
//   node scripts/generate.ts --check    writes nothing; exit code 1 and their names when some are stale
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { readCatalogue } from "../src/adapters/files/catalogue.ts";
import { type Assertion, isBehaviour } from "../src/domain/assertion/assertion.ts";
import { assertionFileSchema } from "../src/domain/assertion/assertion-file.ts";
import type { DistributionExpectation } from "../src/domain/assertion/expectation.ts";
import { fixtureFileSchema } from "../src/domain/assertion/fixture.ts";
import { matrixSchema } from "../src/domain/matrix/matrix.ts";
import { reportSchema } from "../src/domain/report/report.ts";
import { reportV1Schema } from "../src/domain/report/report-v1.ts";
import { clauseName, clauseUrl } from "../src/domain/smi/specification.ts";
import { planSample } from "../src/domain/statistics/sampling.ts";
import { describeError } from "../src/errors.ts";
import { type InputDefinition, inputGroups, outputDefinitions } from "../src/inputs/definitions/index.ts";
import { profileSchema } from "../src/mesh/profile.ts";
import { actionDefault, actionFiles } from "./action-files.ts";
import { linterRules, roomsPicture, roomsTable } from "./rooms.ts";

const root = join(import.meta.dirname, "..");

function schemaFile(schema: z.ZodType, io: "input" | "output"): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { target: "draft-2020-12", io }), null, 2)}\n`;
}

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A table for each group of inputs, below its heading. */
function inputsTables(): string {
  const type = ({ type: name, choices }: InputDefinition) => (choices === undefined ? name : choices.join(" or "));
  return inputGroups
    .map(({ heading, inputs: group }) => {
      const rows = group.map((input) => [
        `\`${input.name}\``,
        type(input),
        actionDefault(input) === ""
          ? ""
          : `\`${actionDefault(input)}\`${input.actionDefault === undefined ? "" : "; in a shell none"}`,
        input.description,
      ]);
      return `### ${heading}\n\n${table(["Input", "Type", "Default", "Meaning"], rows)}`;
    })
    .join("\n\n");
}

function outputsTable(): string {
  return table(
    ["Output", "Meaning"],
    outputDefinitions.map(({ name, description }) => [`\`${name}\``, description]),
  );
}

/** `text` with what is between `<!-- name -->` and `<!-- /name -->` replaced. */
function fill(text: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = text.indexOf(open);
  const to = text.indexOf(close);
  if (from < 0 || to < from) throw new Error(`there is no "${open}" that "${close}" follows`);
  return `${text.slice(0, from + open.length)}\n${content}\n${text.slice(to)}`;
}

function basisLinks(assertion: Assertion): string {
  return assertion.basis.map((clause) => `[${clauseName(clause)}](${clauseUrl(clause)})`).join(", ");
}

function versionsText(assertion: Assertion): string {
  return Object.entries(assertion.versions)
    .map(([spec, list]) => `${spec} ${(list ?? []).map((v) => v.replace("v1alpha", "")).join(" ")}`)
    .join("; ");
}

/** Plans of the weighted samples, by the same code that judges them. */
function samplingRows(assertions: readonly Assertion[]): readonly (readonly string[])[] {
  return assertions.flatMap((assertion) =>
    assertion.phases.flatMap((phase) =>
      phase.expect
        .filter((e): e is DistributionExpectation => "requests" in e)
        .flatMap(({ requests, reach }) => {
          const weights = Object.entries(reach).filter(
            (entry): entry is [string, number] => typeof entry[1] === "number",
          );
          if (weights.length === 0) return [];
          const plan = planSample({ n: requests, weights: Object.fromEntries(weights) });
          return [
            [
              `\`${assertion.id}\``,
              phase.name,
              String(plan.n),
              plan.bins.map(({ backend, weight }) => `${backend} ${weight}`).join(", "),
              plan.bins
                .map(({ backend, low, high }) => `${backend} ${low === high ? low : `${low} to ${high}`}`)
                .join(", "),
              plan.falseFailure.perTry.toExponential(1),
              plan.detects.map(({ mesh, acceptedWithRepeat: p }) => `${mesh}: ${p.toExponential(1)}`).join("; "),
            ],
          ];
        }),
    ),
  );
}

/** What each folder of `assertions/` is about; a folder without a line here gets none. */
const folderTitles: Readonly<Record<string, string>> = {
  lifecycle: "What changes and deletions do to traffic.",
  resource:
    "What the Kubernetes API serves, stores and rejects. Assertions of this folder that send no traffic are marked `API`.",
  "traffic-access": "Who may call whom.",
  "traffic-specs": "Which requests a route matches, seen through a TrafficTarget.",
  "traffic-split": "Where the requests to a service go.",
};

async function catalogueFile(): Promise<string> {
  const { assertions, fixtures } = await readCatalogue(join(root, "assertions"));
  const folderOf = ({ id }: Assertion) => id.split("/")[0] ?? "";
  const folders = [...new Set(assertions.map(folderOf))].sort();
  const must = assertions.filter(({ level }) => level === "MUST").length;
  const sections = folders.map((folder) => {
    const rows = assertions
      .filter((assertion) => folderOf(assertion) === folder)
      .map((a) => [
        `[\`${a.id}\`](../assertions/${a.id}.yaml)`,
        a.title,
        a.says,
        `${a.level}${a.observed === true ? ", observed" : ""}${isBehaviour(a) ? "" : ", API"}`,
        basisLinks(a),
        versionsText(a),
        a.fixture,
        a.controls.join(", "),
        a.replaces.join(", "),
      ]);
    const head = ["Id", "Title", "Clause", "Level", "Basis", "Versions (v1alpha)", "Fixture", "Controls", "Old steps"];
    return [`## ${folder}`, folderTitles[folder] ?? "", table(head, rows)].filter((part) => part !== "").join("\n\n");
  });
  const fixtureRows = [...fixtures.values()]
    .sort((x, y) => (x.id < y.id ? -1 : 1))
    .map((f) => [`[\`${f.id}\`](../assertions/fixtures/${f.id}.yaml)`, f.title]);
  return `${[
    "<!-- Made by scripts/generate.ts from assertions/: change those files, then `npm run generate`. -->",
    "# Bundled assertions",
    `${assertions.length} assertions, ${must} of them of level MUST. How a file is written: [assertion-model.md](assertion-model.md). What the controls are: [verdicts.md](verdicts.md).`,
    "Clause is what the specification says, in our own words. Level is its force: MUST, SHOULD or MAY; `implied` follows from the text without being said; `none` is where the text is silent. `API` marks an assertion about the Kubernetes API, which does not count as behaviour of the mesh. The basis is a line of the specification at commit cc4babd. Old steps are those of the 24-step suite that the assertion answers ([legacy.md](legacy.md)). Controls are those that an assertion brings with it.",
    ...sections,
    "## Sampling plans",
    "Accepted counts are out of so many requests. False failure bounds the chance that a mesh which chooses each backend by the weights misses them in one sample. The last column is the chance that a named wrong mesh is accepted when a first failure is repeated once.",
    table(
      ["Id", "Phase", "Requests", "Weights", "Accepted", "False failure", "Wrong mesh accepted"],
      samplingRows(assertions),
    ),
    "## Fixtures",
    table(["Id", "Title"], fixtureRows),
  ].join("\n\n")}\n`;
}

/** Every generated file as it should be, by path below the root. */
export async function generated(): Promise<ReadonlyMap<string, string>> {
  let reference = await readFile(join(root, "docs/inputs.md"), "utf8");
  reference = fill(reference, "inputs", `\n${inputsTables()}\n`);
  reference = fill(reference, "outputs", outputsTable());
  let architecture = await readFile(join(root, "docs/architecture.md"), "utf8");
  architecture = fill(architecture, "picture", roomsPicture());
  architecture = fill(architecture, "rooms", table(["Room", "Holds", "May import", "Packages"], roomsTable()));
  return new Map([
    ["schemas/assertion.schema.json", schemaFile(assertionFileSchema, "input")],
    ["schemas/fixture.schema.json", schemaFile(fixtureFileSchema, "input")],
    ["schemas/mesh-profile.schema.json", schemaFile(profileSchema, "input")],
    ["schemas/conformance-report.schema.json", schemaFile(reportSchema, "output")],
    ["schemas/conformance-report.v1.schema.json", schemaFile(reportV1Schema, "output")],
    ["schemas/conformance-matrix.schema.json", schemaFile(matrixSchema, "output")],
    ...actionFiles(),
    ["docs/inputs.md", reference],
    ["biome.rooms.json", `${JSON.stringify(linterRules(), null, 2)}\n`],
    ["docs/architecture.md", architecture],
    ["docs/assertions.md", await catalogueFile()],
  ]);
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
  const stale: string[] = [];
  for (const [path, content] of await generated()) {
    const file = join(root, path);
    if ((await readFile(file, "utf8").catch(() => undefined)) === content) continue;
    stale.push(path);
    if (values.check) continue;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  if (!values.check) {
    console.log(stale.length === 0 ? "Nothing had changed." : `Written: ${stale.join(", ")}`);
    return 0;
  }
  if (stale.length === 0) return 0;
  console.error(`Stale: ${stale.join(", ")}. Run \`npm run generate\` and commit what it changes.`);
  return 1;
}

if (import.meta.main) {
  process.exitCode = await main().catch((error: unknown) => {
    const { message, next } = describeError(error);
    console.error(`error: ${message}${next === undefined ? "" : `\n  next: ${next}`}`);
    return 1;
  });
}
