/** What no log, message or report may show. */

import { userInfos } from "../domain/outside-text.ts";
import type { RawInputs } from "../inputs/definitions/index.ts";
import type { Log } from "../ports.ts";

/**
 * Masks the secrets among the inputs in the log, from now on: to be called before anything is logged.
 * @returns the secrets, for what else has to mask them
 */
export function maskSecrets(raw: RawInputs, log: Pick<Log, "mask">): readonly string[] {
  const inAddresses = Object.values(raw).flatMap((value) => userInfos(value ?? ""));
  const secrets = [raw.token?.trim() ?? "", ...inAddresses].filter((secret) => secret !== "");
  for (const secret of secrets) log.mask(secret);
  return secrets;
}
