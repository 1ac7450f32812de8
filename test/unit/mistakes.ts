/** How tests look at the user's mistakes. */
import { expect } from "vitest";
import type { ConfigurationError } from "../../src/errors.ts";
import { InputErrors } from "../../src/inputs.ts";

export async function mistakesOf(work: () => unknown): Promise<readonly ConfigurationError[]> {
  try {
    await work();
  } catch (error) {
    if (error instanceof InputErrors) return error.errors;
    throw error;
  }
  throw new Error("no InputErrors");
}

/** That there is one mistake, about this input, whose message has the value, and which says what to do. */
export function expectOne(mistakes: readonly ConfigurationError[], input: string, value: string, remedy: RegExp): void {
  expect(mistakes.map((m) => m.message)).toHaveLength(1);
  const [mistake] = mistakes;
  expect(mistake?.name).toBe("ConfigurationError");
  expect(mistake?.input).toBe(input);
  expect(mistake?.message.startsWith(`${input}: `)).toBe(true);
  expect(mistake?.message).toContain(value);
  expect(mistake?.remedy).toMatch(remedy);
}
