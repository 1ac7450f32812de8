/** The user's kind configuration, checked before anything is created. */
import { readYaml } from "../adapters/files/yaml.ts";
import { type KindConfig, kindConfigProblem, kindConfigSchema } from "../adapters/kind/config.ts";

/**
 * @param file path of a kind configuration.
 * @param imageGiven the input that names a node image besides; undefined for none.
 * @throws ConfigurationError for the input `kind-config`, with file:line:column.
 */
export async function readKindConfig(file: string, imageGiven?: string): Promise<KindConfig> {
  const { value, fault } = await readYaml("kind-config", file, file, kindConfigSchema);
  const problem = kindConfigProblem(value, imageGiven);
  if (problem !== undefined) throw fault(problem.path, problem.message);
  return value;
}
