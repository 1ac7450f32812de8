/** One version each of access, specs and split, as a text: `v1alpha3 v1alpha4 v1alpha4`. */
import { smiKinds } from "../domain/smi/kinds.ts";
import { ConfigurationError } from "../errors.ts";

export interface VersionOfEach {
  readonly access: string;
  readonly specs: string;
  readonly split: string;
}

const known: readonly string[] = smiKinds.TrafficTarget.versions;

/**
 * Separated by commas or white space; whether they are compatible is not known here.
 * @param input that gave them
 * @throws ConfigurationError
 */
export function parseVersionOfEach(input: string, text: string): VersionOfEach {
  const [access = "", specs = "", split = "", ...more] = text.split(/[\s,]+/).filter((word) => word !== "");
  const versions = { access, specs, split };
  if (more.length === 0 && Object.values(versions).every((version) => known.includes(version))) return versions;
  throw new ConfigurationError(
    input,
    `"${text}" is not one version each of access, specs and split`,
    `Give three of ${known.join(", ")}, for example "v1alpha3 v1alpha4 v1alpha4".`,
  );
}
