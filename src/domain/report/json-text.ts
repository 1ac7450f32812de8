/** JSON as it is found in files: what is wrong with a text, and where a value leaves its schema. */
import type { z } from "zod";
import { depthProblem, sizeProblem } from "./json-bounds.ts";

/** Ends before its JSON does. A text that is wrong in its middle is another thing. */
function isCutOff(text: string): boolean {
  const trimmed = text.trimEnd();
  if (trimmed === "") return true;
  let depth = 0;
  let quoted = false;
  for (let n = 0; n < trimmed.length; n += 1) {
    const character = trimmed[n];
    if (quoted) {
      if (character === "\\") n += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
  }
  return quoted || depth > 0;
}

export type ParsedJson =
  | { readonly value: unknown }
  | {
      /** It ends before its JSON does: the rest was lost on the way. */
      readonly cutOff: boolean;
      readonly why: string;
    };

export function parseJson(text: string): ParsedJson {
  const tooDeep = depthProblem(text);
  if (tooDeep !== undefined) return { cutOff: false, why: tooDeep };
  try {
    const value = JSON.parse(text) as unknown;
    const tooLarge = sizeProblem(value);
    return tooLarge === undefined ? { value } : { cutOff: false, why: tooLarge };
  } catch (error) {
    if (text.trim() === "") return { cutOff: true, why: "it is empty" };
    if (isCutOff(text)) return { cutOff: true, why: `it ends in the middle, after ${text.length} characters` };
    return { cutOff: false, why: `it is not JSON: ${(error as Error).message.slice(0, 200)}` };
  }
}

/** Where a value leaves its schema, and how. */
export function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join(".") || "the whole"}: ${issue?.message}`;
}

/** The value's own fields; none where it is no object. */
export const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
