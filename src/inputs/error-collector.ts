/** Collects the user's mistakes over all checks, without those that only follow from another. */
import { ConfigurationError, InputErrors } from "../errors.ts";
import { type InputName, inputDefinitions } from "./definitions/index.ts";

export interface ErrorCollector {
  /** Whether no error is known of any of these inputs, so that their values can be relied on. */
  sound(...names: readonly InputName[]): boolean;
  add(errors: readonly ConfigurationError[]): void;
  /** What `work` returns; undefined where it throws ConfigurationError or InputErrors, which are noted. */
  check<T>(work: () => T | Promise<T>): Promise<T | undefined>;
  /** @throws InputErrors where there is any, in the order of the inputs */
  throwIfAny(): void;
}

const places: ReadonlyMap<string, number> = new Map(inputDefinitions.map(({ name }, place) => [name, place]));
/** Where an input stands in action.yml; what is not an input comes after all of them. */
const placeOf = ({ input }: ConfigurationError) => places.get(input) ?? places.size;

/** @param known mistakes that have been found already */
export function collectErrors(known: readonly ConfigurationError[]): ErrorCollector {
  const errors = [...known];
  return {
    sound: (...names) => !errors.some(({ input }) => (names as readonly string[]).includes(input)),
    add: (more) => {
      errors.push(...more);
    },
    async check(work) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof InputErrors) errors.push(...error.errors);
        else if (error instanceof ConfigurationError) errors.push(error);
        else throw error;
        return undefined;
      }
    },
    throwIfAny() {
      if (errors.length > 0) throw new InputErrors(errors.toSorted((one, other) => placeOf(one) - placeOf(other)));
    },
  };
}
