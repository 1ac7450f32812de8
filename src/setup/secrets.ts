/** What no log, message or report may show. */
import type { RawInputs } from "../inputs/definitions/index.ts";
import type { Log } from "../ports.ts";

/**
 * Hides the secrets among the inputs from the log, from now on: before anything is said, even about the inputs.
 * @returns them, for whatever else says something
 */
export function hideSecrets({ token }: RawInputs, log: Pick<Log, "mask">): readonly string[] {
  const secrets = [token?.trim() ?? ""].filter((secret) => secret !== "");
  for (const secret of secrets) log.mask(secret);
  return secrets;
}
