/** Which of the assertions are run, and which the gate requires, once it is known which exist. */
import type { Assertion } from "../domain/assertion/assertion.ts";
import { type Shard, shardOf, shardText } from "../domain/report/shard.ts";
import { specNames } from "../domain/smi/kinds.ts";
import { suggest } from "../domain/suggest.ts";
import { ConfigurationError } from "../errors.ts";
import { matchesEntry } from "./assertion-pattern.ts";
import type { Inputs } from "./inputs.ts";

/** The entries of `only` and `skip` that no assertion is named by. */
export function unknownIds(
  assertions: readonly Assertion[],
  inputs: Pick<Inputs, "only" | "skip">,
): readonly ConfigurationError[] {
  const ids = assertions.map(({ id }) => id);
  return (["only", "skip"] as const).flatMap((name) =>
    [...new Set(inputs[name])]
      .filter((entry) => !assertions.some((one) => matchesEntry(one, entry)))
      .map(
        (entry) =>
          new ConfigurationError(
            name,
            `there is no assertion "${entry}"`,
            suggest(
              entry.replace(/[*?]+/g, ""),
              entry.includes("/") ? ids : [...ids, ...specNames],
              "The command `list` shows all ids; a spec and a pattern such as traffic-split/weight-* name several.",
            ),
          ),
      ),
  );
}

/** The assertions that the inputs select. @throws ConfigurationError where they leave none */
export function select(
  assertions: readonly Assertion[],
  inputs: Pick<Inputs, "specs" | "only" | "skip">,
): readonly Assertion[] {
  const selected = assertions.filter(
    (one) =>
      (inputs.specs.length === 0 || inputs.specs.includes(one.spec)) &&
      (inputs.only.length === 0 || inputs.only.some((entry) => matchesEntry(one, entry))) &&
      !inputs.skip.some((entry) => matchesEntry(one, entry)),
  );
  if (selected.length === 0)
    throw new ConfigurationError("specs", "specs, only and skip together select no assertion", "Widen the selection.");
  return selected;
}

/** The shard's part of the selected assertions. @throws ConfigurationError where that is none. */
export function inShard(selected: readonly Assertion[], shard: Shard | undefined): readonly Assertion[] {
  if (shard === undefined) return selected;
  const share = shardOf(selected, shard);
  if (share.length === 0)
    throw new ConfigurationError(
      "shard",
      `"${shardText(shard)}" has no assertion to run: ${selected.length} ${selected.length === 1 ? "is" : "are"} selected`,
      `Use at most ${selected.length} shards.`,
    );
  return share;
}

/** Whether an entry of `require` names this assertion, by its id or its spec. */
export const isNamed = ({ id, spec }: Pick<Assertion, "id" | "spec">, name: string): boolean =>
  id === name || spec === name;

/**
 * The mistakes in `require`: a name that is neither an id nor a spec, and one that the selection leaves out, on which the
 * gate would block only at the end of the run.
 * @param selected undefined where the selection has mistakes of its own, so that it is not known what it leaves out
 */
export function requireMistakes(
  required: readonly string[],
  all: readonly Assertion[],
  selected: readonly Assertion[] | undefined,
): readonly ConfigurationError[] {
  return required.flatMap((name) => {
    if ((selected ?? all).some((one) => isNamed(one, name))) return [];
    if (all.some((one) => isNamed(one, name)))
      return [
        new ConfigurationError(
          "require",
          `"${name}" is required, and specs, only and skip leave it out`,
          "Remove it from require, or include it in the selection.",
        ),
      ];
    return [
      new ConfigurationError(
        "require",
        `there is neither an assertion nor a spec "${name}"`,
        suggest(
          name,
          [...specNames, ...all.map(({ id }) => id)],
          `The specs are ${specNames.join(", ")}; the command \`list\` shows all ids.`,
        ),
      ),
    ];
  });
}
