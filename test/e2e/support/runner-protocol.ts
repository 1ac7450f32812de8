/** What a GitHub runner reads from a step: its command files and its log, by the rules and limits of actions/runner. */

export const SUMMARY_LIMIT_BYTES = 1024 * 1024;
export const ANNOTATIONS_PER_LEVEL = 10;
export const ANNOTATION_LIMIT_CHARS = 4096;

/** A command file is NAME=VALUE lines and NAME<<DELIM blocks. @throws Error in the runner's words. */
export function parseCommandFile(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const lines = text.split(/\r?\n/);
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (line === "") continue;
    const equals = line.indexOf("=");
    const block = line.indexOf("<<");
    if (equals >= 0 && (block < 0 || equals < block)) {
      if (equals === 0) throw new Error(`Invalid format '${line}'. Name must not be empty`);
      values.set(line.slice(0, equals), line.slice(equals + 1));
    } else if (block >= 0) {
      const [name, delimiter] = [line.slice(0, block), line.slice(block + 2)];
      if (name === "" || delimiter === "")
        throw new Error(`Invalid format '${line}'. Name must not be empty and delimiter must not be empty`);
      const end = lines.indexOf(delimiter);
      if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
      values.set(
        name,
        lines
          .splice(0, end + 1)
          .slice(0, end)
          .join("\n"),
      );
    } else throw new Error(`Invalid format '${line}'`);
  }
  return values;
}

export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

const escapes: Readonly<Record<string, string>> = { "%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": "," };
const unescapeData = (text: string) => text.replace(/%(25|0D|0A)/g, (code) => escapes[code] ?? code);
const unescapeProperty = (text: string) => text.replace(/%(25|0D|0A|3A|2C)/g, (code) => escapes[code] ?? code);

/** `::name key=value,key=value::data`, or undefined for a line that is only text. */
export function parseCommand(line: string): Command | undefined {
  const [, head, data] = /^\s*::([^:].*?)::(.*)$/s.exec(line) ?? [];
  if (head === undefined || data === undefined) return undefined;
  const space = head.indexOf(" ");
  const name = space < 0 ? head : head.slice(0, space);
  const pairs = (space < 0 ? "" : head.slice(space + 1)).split(",").flatMap((pair) => {
    const equals = pair.indexOf("=");
    return equals < 1 ? [] : [[pair.slice(0, equals).trim(), unescapeProperty(pair.slice(equals + 1))] as const];
  });
  return { name: name.toLowerCase(), properties: Object.fromEntries(pairs), data: unescapeData(data) };
}

const levels = ["error", "warning", "notice"] as const;
export type Level = (typeof levels)[number];

export interface Annotation {
  readonly level: Level;
  readonly message: string;
  readonly title?: string;
}

export interface StepLog {
  /** What a person sees: secrets are starred out, and a group is its title. */
  readonly lines: readonly string[];
  /** What the run's page shows: ten of each level, each cut off at 4096 characters. */
  readonly annotations: readonly Annotation[];
  /** Annotations over that limit: they are in the log alone. */
  readonly unshown: readonly Annotation[];
  readonly groups: readonly string[];
  readonly masks: readonly string[];
}

export function readLog(output: string): StepLog {
  const masks = new Set<string>();
  const lines: string[] = [];
  const groups: string[] = [];
  const annotations: Annotation[] = [];
  const unshown: Annotation[] = [];
  let resume: string | undefined;
  const clean = (text: string) => [...masks].reduce((seen, mask) => seen.replaceAll(mask, "***"), text);
  for (const line of output.split(/\r?\n/)) {
    const command = parseCommand(line);
    if (resume !== undefined) {
      if (command?.name === resume) resume = undefined;
      else lines.push(clean(line));
    } else if (command === undefined) lines.push(clean(line));
    else if (command.name === "stop-commands") resume = command.data.toLowerCase();
    else if (command.name === "add-mask")
      for (const secret of [command.data, ...command.data.split(/\r?\n/)]) secret.trim() !== "" && masks.add(secret);
    else if (command.name === "group") {
      groups.push(clean(command.data));
      lines.push(clean(command.data));
    } else if (isLevel(command.name)) {
      const { title } = command.properties;
      const level = command.name;
      const message = clean(command.data).slice(0, ANNOTATION_LIMIT_CHARS);
      const full = annotations.filter((one) => one.level === level).length >= ANNOTATIONS_PER_LEVEL;
      (full ? unshown : annotations).push({ level, message, ...(title === undefined ? {} : { title: clean(title) }) });
      lines.push(clean(command.data));
    } else if (command.name === "debug") lines.push(clean(command.data));
    else if (command.name !== "endgroup") lines.push(clean(line));
  }
  return { lines, annotations, unshown, groups, masks: [...masks] };
}

function isLevel(name: string): name is Level {
  return levels.some((level) => level === name);
}

/** The summary as it is put up, or the annotation that stands in its place: over the limit nothing of it is shown. */
export function readSummary(
  content: Buffer,
  masks: readonly string[],
): { readonly markdown: string; readonly refusal?: Annotation } {
  if (content.length > SUMMARY_LIMIT_BYTES) {
    const message = `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${Math.ceil(content.length / 1024)}k`;
    return { markdown: "", refusal: { level: "error", message } };
  }
  return { markdown: masks.reduce((text, mask) => text.replaceAll(mask, "***"), content.toString("utf8")) };
}

/** Inputs as a step's environment: upper case, spaces to underscores, dashes kept; defaults filled in. */
export function inputEnvironment(
  defaults: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries({ ...defaults, ...inputs }).map(([name, value]) => [
      `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`,
      value,
    ]),
  );
}

/** What main put into GITHUB_STATE as post's environment. */
export function stateEnvironment(state: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries([...state].map(([name, value]) => [`STATE_${name}`, value]));
}
