/** Reads raw texts as what they stand for, and notes each mistake instead of stopping at the first. */
import { parseImageReference } from "../domain/kubernetes/image-reference.ts";
import { ConfigurationError } from "../errors.ts";
import { type InputDefinition, type InputName, inputDefinitions, type RawInputs } from "./definitions/index.ts";

const definitions: ReadonlyMap<string, InputDefinition> = new Map(inputDefinitions.map((d) => [d.name, d]));

/** A reading that is wrong is noted, and gives some value of its type: a placeholder, which nobody relies on. */
export interface InputReader {
  readonly errors: readonly ConfigurationError[];
  /** Without blanks around; the default where it is empty. */
  text(name: InputName): string;
  optional(name: InputName): string | undefined;
  /** Separated by commas or white space. */
  list(name: InputName): readonly string[];
  flag(name: InputName): boolean;
  /** `low` to `high`, both included; undefined where it is empty and has no default, and where it is wrong. */
  number(name: InputName, limits: NumberLimits): number | undefined;
  choice<Choice extends string>(name: InputName, choices: readonly Choice[]): Choice;
  image(name: InputName, value: string | undefined): string | undefined;
  note(name: InputName, problem: string, remedy: string): void;
  add(errors: readonly ConfigurationError[]): void;
  /** What `read` gives; where that throws a ConfigurationError it is noted, and the fallback is given. */
  check<T>(fallback: T, read: () => T): T;
}

export interface NumberLimits {
  readonly low: number;
  readonly high: number;
  readonly unit?: string;
  /** Fractions too. */
  readonly fraction?: boolean;
}

export function createInputReader(raw: RawInputs): InputReader {
  const errors: ConfigurationError[] = [];
  const text = (name: InputName): string => (raw[name] ?? "").trim() || (definitions.get(name)?.default ?? "");
  const note = (name: InputName, problem: string, remedy: string) => {
    errors.push(new ConfigurationError(name, problem, remedy));
  };
  for (const name of Object.keys(raw))
    if (!definitions.has(name))
      note(name as InputName, "there is no such input", `The inputs are ${[...definitions.keys()].join(", ")}.`);
  return {
    errors,
    text,
    optional: (name) => text(name) || undefined,
    list: (name) =>
      text(name)
        .split(/[\s,]+/)
        .filter((item) => item !== ""),
    flag(name) {
      const value = text(name).toLowerCase();
      if (value !== "true" && value !== "false")
        note(name, `"${text(name)}" is neither true nor false`, "Give true or false.");
      return value === "true";
    },
    number(name, { low, high, unit = "", fraction = false }) {
      const value = text(name);
      if (value === "") return undefined;
      const parsed = Number(value);
      if (parsed >= low && parsed <= high && (fraction || Number.isInteger(parsed))) return parsed;
      note(
        name,
        `"${value}" is not a ${fraction ? "" : "whole "}number ${unit === "" ? "" : `of ${unit} `}from ${low} to ${high}`,
        `Give a number from ${low} to ${high}.`,
      );
      return undefined;
    },
    choice(name, choices) {
      const found = choices.find((one) => one === text(name));
      if (found === undefined) note(name, `"${text(name)}" is not one of its values`, `Give ${choices.join(", ")}.`);
      return found ?? (choices[0] as (typeof choices)[number]);
    },
    image(name, value) {
      if (value !== undefined && parseImageReference(value) === undefined)
        note(
          name,
          `"${value}" is not an image reference`,
          "Give NAME[:TAG][@sha256:DIGEST], in lower case, for example kindest/node:v1.34.3.",
        );
      return value;
    },
    note,
    add: (more) => {
      errors.push(...more);
    },
    check(fallback, read) {
      try {
        return read();
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        errors.push(error);
        return fallback;
      }
    },
  };
}
