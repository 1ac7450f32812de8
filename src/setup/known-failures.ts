/** The file of known failures, read and checked against the assertions before anything is created. */
import { readYaml } from "../adapters/files/yaml.ts";
import { allowedFailuresSchema } from "../domain/gate/allowed-failures.ts";
import type { GatePolicy } from "../domain/gate/gate-policy.ts";

/**
 * @param ids of all assertions, selected or not; undefined where they are not known
 * @throws ConfigurationError for a file that cannot be read, is not as its schema says, or names an unknown assertion
 */
export async function readAllowed(path: string, ids: ReadonlySet<string> | undefined): Promise<GatePolicy["allowed"]> {
  const { value, fault } = await readYaml("allow-failures", path, path, allowedFailuresSchema);
  if (ids === undefined) return value;
  const unknown = value.findIndex(({ id }) => !ids.has(id));
  if (unknown >= 0) throw fault([unknown, "id"], `there is no assertion "${value[unknown]?.id}"`);
  return value;
}
