/** `smi-conformance list`: which assertions there are, by spec, level and clause. */
import { readCatalogue } from "../adapters/files/catalogue.ts";
import { type Assertion, isBehaviour, levels } from "../domain/assertion/assertion.ts";
import { tagMeaning, tags, tagsOf } from "../domain/assertion/tags.ts";
import { specNames } from "../domain/smi/kinds.ts";
import { suggest } from "../domain/suggest.ts";
import { ConfigurationError } from "../errors.ts";
import { readCommandLine } from "../inputs/command-line.ts";
import { collectErrors } from "../inputs/error-collector.ts";
import type { Command } from "./command.ts";

const usage = `smi-conformance list [--spec NAME] [--level LEVEL] [--clause DOCUMENT[#LINE]] [--tag TAG] [--json]

  Lists assertions, one a line: id, level, title. With several options, those that meet all of them.

  --spec NAME        Of this spec: ${specNames.join(", ")}.
  --level LEVEL      Of this level: ${levels.join(", ")}.
  --clause DOCUMENT[#LINE]
                     That rest on this document of the specification, for example traffic-split/v1alpha4, or on one line
                     of it, traffic-split/v1alpha4#L40.
  --tag TAG          Of this kind:
${tags.map((tag) => `                       ${tag.padEnd(14)} ${tagMeaning(tag)}`).join("\n")}
  --assertions DIR   Assertions of your own, instead of the bundled ones.
  --json             As JSON, with the clause in one sentence, spec, basis and versions.

  Each of spec, level, clause and tag may be given several times, or several values separated by commas: any of them will do.
`;

const options = {
  spec: { type: "string", multiple: true },
  level: { type: "string", multiple: true },
  clause: { type: "string", multiple: true },
  tag: { type: "string", multiple: true },
  assertions: { type: "string" },
  json: { type: "boolean" },
} as const;

const split = (values: readonly string[] = []) =>
  values
    .flatMap((value) => value.split(","))
    .map((value) => value.trim())
    .filter((value) => value !== "");

/** A document of the specification, or `DOCUMENT#LLINE`. */
const clausesOf = ({ basis }: Assertion): readonly string[] =>
  basis.flatMap(({ doc, line }) => (line === undefined ? [doc] : [doc, `${doc}#L${line}`]));

/** An error for each value that no assertion could have. */
const unknown = (option: string, values: readonly string[], known: readonly string[], all: string) =>
  values
    .filter((value) => !known.includes(value))
    .map(
      (value) =>
        new ConfigurationError(option, `there is no ${option.slice(2)} "${value}"`, suggest(value, known, all)),
    );

const unknownClauses = (values: readonly string[], known: readonly string[]) => {
  const documents = known.filter((clause) => !clause.includes("#"));
  return values
    .filter((value) => !known.includes(value))
    .map((value) => {
      const remedy = suggest(
        value.split("#", 1)[0] ?? "",
        documents,
        "`list --json` shows what each assertion rests on.",
      );
      return new ConfigurationError("--clause", `no assertion rests on "${value}"`, remedy);
    });
};

export function listText(assertions: readonly Assertion[]): string {
  if (assertions.length === 0) return "no assertion meets all of these";
  return assertions.map((a) => `${a.id.padEnd(48)} ${a.level.padEnd(8)} ${a.title}`).join("\n");
}

function listJson(assertions: readonly Assertion[]): string {
  const shown = assertions.map((assertion) => {
    const { id, title, says, spec, level, basis, versions } = assertion;
    const [observed, api] = [assertion.observed === true, !isBehaviour(assertion)];
    return { id, title, says, spec, level, tags: tagsOf(assertion), observed, api, basis, versions };
  });
  return JSON.stringify(shown, null, 2);
}

/** @param bundled folder of the suite's own assertions */
export function listCommand(bundled: string, print: (text: string) => void): Command {
  return {
    usage,
    async run(argv) {
      const { values, mistakes } = readCommandLine(argv, { options, words: false, inputOf: (name) => `--${name}` });
      const { add, check, throwIfAny } = collectErrors(mistakes);
      const [specs, wanted, clauses] = [split(values.spec), split(values.level), split(values.clause)];
      const tagged = split(values.tag);
      add(unknown("--spec", specs, specNames, `The specs are ${specNames.join(", ")}.`));
      add(unknown("--level", wanted, levels, `The levels are ${levels.join(", ")}.`));
      add(unknown("--tag", tagged, tags, `The tags are ${tags.join(", ")}.`));
      const catalogue = await check(() => readCatalogue(values.assertions ?? bundled));
      const assertions = catalogue?.assertions ?? [];
      if (catalogue !== undefined) {
        const known = [...new Set(assertions.flatMap(clausesOf))];
        add(unknownClauses(clauses, known));
      }
      throwIfAny();
      const meets = <T>(asked: readonly T[], has: readonly T[]) =>
        asked.length === 0 || has.some((one) => asked.includes(one));
      const chosen = assertions.filter(
        (one) =>
          meets<string>(specs, [one.spec]) &&
          meets<string>(wanted, [one.level]) &&
          meets(clauses, clausesOf(one)) &&
          meets<string>(tagged, tagsOf(one)),
      );
      print(values.json === true ? listJson(chosen) : listText(chosen));
      return 0;
    },
  };
}
