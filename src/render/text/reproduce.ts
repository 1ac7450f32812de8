/** From the command that runs everything again to one that runs a single assertion. */

/** What selects assertions, and what a gate requires of a whole run: neither makes sense for a single one. */
const ofWholeRun: ReadonlySet<string> = new Set(
  ["only", "skip", "specs", "shard", "minimum", "require", "allow-failures", "baseline"].map((name) => `--${name}`),
);

const quote = (value: string) => (/^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`);

/** Words as a POSIX shell splits them, with their quotes left on. */
const words = (command: string): readonly string[] => command.match(/(?:'[^']*'|\\.|[^\s'\\])+/gs) ?? [];

/** @param command of the report: options are `--name value`, quoted for a POSIX shell. */
export function reproduceAssertion(command: string, id: string): string {
  const all = words(command);
  const kept = all.filter((word, at) => !ofWholeRun.has(word) && !ofWholeRun.has(all[at - 1] ?? ""));
  return [...kept, "--only", quote(id)].join(" ");
}
