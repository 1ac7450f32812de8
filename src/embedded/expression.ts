/**
 * Regular expressions of other people: a mesh's routes, the patterns of a definition's schema. Kubernetes and the proxies of
 * most meshes use RE2's syntax; its engine needs time linear in the text, so that no expression can hold up the process.
 */
import { RE2JS, RE2JSException } from "re2js";

export interface Expression {
  /** Whether it is found anywhere in the text; `^` and `$` are the ends of the text. */
  test(text: string): boolean;
}

/** Undefined for a text that is not an expression of RE2: back references and lookaround are none there. */
export function expression(source: string): Expression | undefined {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    if (error instanceof RE2JSException) return undefined;
    throw error;
  }
}
