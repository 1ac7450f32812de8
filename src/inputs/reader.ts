/** Reads the texts of inputs as what they stand for, and notes each mistake instead of stopping at the first. */
import { parseImageReference } from "../domain/kubernetes/image-reference.ts";
import { suggest } from "../domain/suggest.ts";
import { ConfigurationError } from "../errors.ts";
import type { InputDefinition, RawOf } from "./definitions/definition.ts";
import type { InputName } from "./definitions/index.ts";

/**
 * What is wrong is noted, and gives some value of its type: a placeholder, which nobody relies on.
 * @template Name of an input of the action; the main action's where nothing else is said
 */
export interface InputReader<Name extends string = InputName> {
  readonly errors: readonly ConfigurationError[];
  /** Without white space around it; the default where it is empty. */
  text(name: Name): string;
  optional(name: Name): string | undefined;
  /** Separated by commas or white space. */
  list(name: Name): readonly string[];
  /** One a line. */
  lines(name: Name): readonly string[];
  flag(name: Name): boolean;
  /** `low` to `high`, both included; undefined where it is empty and has no default, and where it is wrong. */
  number(name: Name, limits: NumberLimits): number | undefined;
  choice<Choice extends string>(name: Name, choices: readonly Choice[]): Choice;
  image(name: Name, value: string | undefined): string | undefined;
  note(name: Name, problem: string, remedy: string): void;
  add(errors: readonly ConfigurationError[]): void;
  /** What `read` returns; where it throws a ConfigurationError, that is noted and the fallback returned. */
  check<T>(fallback: T, read: () => T): T;
}

export interface NumberLimits {
  readonly low: number;
  readonly high: number;
  readonly unit?: string;
  /** Fractions too. */
  readonly fraction?: boolean;
}

export function createInputReader<Name extends string>(
  raw: RawOf<Name>,
  definitions: readonly (InputDefinition & { readonly name: Name })[],
): InputReader<Name> {
  const errors: ConfigurationError[] = [];
  const defaults = new Map<string, string>(definitions.map((one) => [one.name, one.default]));
  const text = (name: Name): string => (raw[name] ?? "").trim() || (defaults.get(name) ?? "");
  const note = (name: Name, problem: string, remedy: string) => {
    errors.push(new ConfigurationError(name, problem, remedy));
  };
  const names = [...defaults.keys()];
  for (const name of Object.keys(raw))
    if (!defaults.has(name))
      note(name as Name, "there is no such input", suggest(name, names, `The inputs are ${names.join(", ")}.`));
  return {
    errors,
    text,
    optional: (name) => text(name) || undefined,
    list: (name) =>
      text(name)
        .split(/[\s,]+/)
        .filter((item) => item !== ""),
    lines: (name) =>
      text(name)
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line !== ""),
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
