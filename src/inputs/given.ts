/** Which inputs were given, and which only by default. */
import { type InputDefinition, type InputName, inputDefinitions, type RawInputs } from "./definitions/index.ts";

const definitions: ReadonlyMap<string, InputDefinition> = new Map(inputDefinitions.map((d) => [d.name, d]));

/** The text without white space around it; undefined where it is empty. */
export const given = (raw: RawInputs, name: InputName): string | undefined => raw[name]?.trim() || undefined;

/** The text that was given, unless it is the default: the runner of a workflow passes every default on as if it were given. */
export function asked(raw: RawInputs, name: InputName): string | undefined {
  const value = given(raw, name);
  const { default: fallback = "", type } = definitions.get(name) ?? {};
  const plain = type === "flag" ? value?.toLowerCase() : value;
  return plain === fallback ? undefined : value;
}
