/** How tests read inputs, and look at the user's mistakes. */
import { expect } from "vitest";
import { ConfigurationError, InputErrors } from "../../../src/errors.ts";
import { type Circumstances, type Inputs, type RawInputs, readInputs } from "../../../src/inputs/inputs.ts";

/** What the texts alone say. @throws InputErrors with every mistake in them */
export function parseInputs(raw: RawInputs, circumstances: Circumstances): Inputs {
  const { inputs, errors } = readInputs(raw, circumstances);
  if (errors.length > 0) throw new InputErrors(errors);
  return inputs;
}

export async function mistakesOf(work: () => unknown): Promise<readonly ConfigurationError[]> {
  try {
    await work();
  } catch (error) {
    if (error instanceof InputErrors) return error.errors;
    if (error instanceof ConfigurationError) return [error];
    throw error;
  }
  throw new Error("no mistake");
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
