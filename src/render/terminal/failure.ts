/** Why the program came to no result, for a terminal. */
import { ConfigurationError, describeError } from "../../errors.ts";

/** Each error with its remedy; one that nobody foresaw with its stack. */
export function renderFailure(errors: readonly unknown[]): string {
  return errors
    .flatMap((one) => {
      const { message, next } = describeError(one);
      const foreseen = one instanceof ConfigurationError || next !== undefined;
      return [
        `error: ${message}`,
        ...(next === undefined ? [] : [`  next: ${next}`]),
        ...(!foreseen && one instanceof Error ? [`${one.stack}`] : []),
      ];
    })
    .join("\n");
}
