/** What no log, message or report may show. */
import type { RawInputs } from "../inputs/definitions/index.ts";
import type { Log } from "../ports.ts";

/**
 * Masks the secrets among the inputs in the log, from now on: to be called before anything is logged.
 * @returns the secrets, for what else has to mask them
 */
export function maskSecrets({ token }: RawInputs, log: Pick<Log, "mask">): readonly string[] {
  const secrets = [token?.trim() ?? ""].filter((secret) => secret !== "");
  for (const secret of secrets) log.mask(secret);
  return secrets;
}
