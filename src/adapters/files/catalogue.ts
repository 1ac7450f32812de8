/** The assertion, fixture and profile files: found, read, checked against each other. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { z } from "zod";
import { type Assertion, assertionSchema } from "../../domain/assertion/assertion.ts";
import { type Probe, transportOf } from "../../domain/assertion/expectation.ts";
import { type Fixture, fixtureSchema } from "../../domain/assertion/fixture.ts";
import { lintAssertion } from "../../domain/assertion/soundness.ts";
import { ConfigurationError } from "../../errors.ts";
import { readYaml } from "./yaml.ts";

export interface Catalogue {
  readonly assertions: readonly Assertion[];
  readonly fixtures: ReadonlyMap<string, Fixture>;
  /** SHA-256 over the files, names and contents, in hexadecimal. */
  readonly digest: string;
}

async function yamlFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

async function digestOf(folder: string, files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(await readFile(join(folder, file)))
      .update("\0");
  return hash.digest("hex");
}

/** Names in an assertion that its fixture does not have. */
function unknownNames(
  assertion: Assertion,
  fixture: Fixture,
): readonly { readonly path: readonly (string | number)[]; readonly message: string }[] {
  return assertion.phases.flatMap((phase, p) =>
    phase.expect.flatMap((e, x) => {
      if (!("from" in e)) return [];
      const path = ["phases", p, "expect", x];
      const probe: Probe = e;
      const transport = transportOf(probe);
      const workloads = Object.keys(fixture.workloads);
      const served = fixture.services.some(
        (s) =>
          (probe.in === undefined || s.in === probe.in) &&
          ((s.name === probe.to && s.protocol === transport) || s.name === `${probe.to}-${transport}`),
      );
      return [
        ...(workloads.includes(probe.from)
          ? []
          : [
              {
                path: [...path, "from"],
                message: `fixture ${fixture.id} has no workload "${probe.from}" (it has ${workloads.join(", ")})`,
              },
            ]),
        ...(served
          ? []
          : [
              {
                path: [...path, "to"],
                message: `fixture ${fixture.id} has no ${transport} service "${probe.to}"${probe.in === undefined ? "" : ` in ${probe.in}`}`,
              },
            ]),
      ];
    }),
  );
}

/** @throws ConfigurationError for the input `assertions`, with file:line:column. */
export async function readCatalogue(folder: string): Promise<Catalogue> {
  const input = "assertions";
  let files: readonly string[];
  try {
    files = await yamlFiles(folder);
  } catch (error) {
    throw new ConfigurationError(
      input,
      `"${folder}" cannot be read (${(error as NodeJS.ErrnoException).code})`,
      "Give a folder of assertion files, with their fixtures in its folder fixtures.",
      { cause: error },
    );
  }
  const shown = (file: string) => join(relative(".", folder).startsWith("..") ? folder : relative(".", folder), file);
  const fixtures = new Map<string, Fixture>();
  const found = await Promise.all(
    files.map(async (file) => {
      if (file.startsWith("fixtures/")) {
        const { value, fault } = await readYaml(input, join(folder, file), shown(file), fixtureSchema);
        if (`fixtures/${value.id}` !== file.replace(/\.ya?ml$/, ""))
          throw fault(["id"], `"${value.id}" is not the name of its file`);
        fixtures.set(value.id, value);
        return undefined;
      }
      return { file, ...(await readYaml(input, join(folder, file), shown(file), assertionSchema)) };
    }),
  );
  const assertions = found.filter((f) => f !== undefined);
  for (const { file, value, fault } of assertions) {
    if (value.id !== file.replace(/\.ya?ml$/, ""))
      throw fault(["id"], `"${value.id}" is not its path, ${file.replace(/\.ya?ml$/, "")}`);
    const fixture = fixtures.get(value.fixture);
    if (fixture === undefined)
      throw fault(
        ["fixture"],
        `there is no fixture "${value.fixture}" (there are ${[...fixtures.keys()].sort().join(", ")})`,
      );
    const [first] = [...unknownNames(value, fixture), ...lintAssertion(value)];
    if (first !== undefined) throw fault(first.path, first.message);
  }
  if (assertions.length === 0)
    throw new ConfigurationError(input, `"${folder}" holds no assertion`, "Give a folder of assertion files.");
  return { assertions: assertions.map((a) => a.value), fixtures, digest: await digestOf(folder, files) };
}

export interface FoundProfile<Profile> {
  readonly profile: Profile;
  readonly digest: string;
}

/** A bundled profile by its name, or one of the user's by its path. @throws ConfigurationError. */
export async function readProfile<Profile extends { readonly mesh: string }>(
  folder: string,
  mesh: string | undefined,
  path: string | undefined,
  schema: z.ZodType<Profile>,
): Promise<FoundProfile<Profile>> {
  const known = (await readdir(folder))
    .filter((f) => f.endsWith(".yaml"))
    .map((f) => f.slice(0, -5))
    .sort();
  if (path === undefined && !known.includes(mesh ?? ""))
    throw new ConfigurationError(
      "mesh",
      `there is no profile of a mesh "${mesh ?? ""}"`,
      `The bundled profiles are ${known.join(", ")}; give one of your own in mesh-profile.`,
    );
  const file = path ?? join(folder, `${mesh}.yaml`);
  const { value, fault } = await readYaml(path === undefined ? "mesh" : "mesh-profile", file, file, schema);
  if (mesh !== undefined && value.mesh !== mesh)
    throw fault(["mesh"], `the profile is of "${value.mesh}", and mesh says "${mesh}"`);
  return {
    profile: value,
    digest: createHash("sha256")
      .update(await readFile(file))
      .digest("hex"),
  };
}
