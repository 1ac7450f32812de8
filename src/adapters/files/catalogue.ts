/** The assertion, fixture and profile files: found, read, checked against each other. */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import type { z } from "zod";
import type { Assertion } from "../../domain/assertion/assertion.ts";
import { assertionFileSchema } from "../../domain/assertion/assertion-file.ts";
import { expandAssertion } from "../../domain/assertion/expand.ts";
import { type Fixture, fixtureFileSchema } from "../../domain/assertion/fixture.ts";
import { lintFixture } from "../../domain/assertion/fixture-soundness.ts";
import { lintFile, lintLeft, misplaced } from "../../domain/assertion/lint.ts";
import { ConfigurationError } from "../../errors.ts";
import { boundedMap } from "./bounded.ts";
import { checkFormatted } from "./formatted.ts";
import { oneOrAll, openYaml, readYaml } from "./yaml.ts";
import { yamlFilesIn } from "./yaml-files.ts";

const withoutFormat = ({ format: _f, ...fixture }: z.infer<typeof fixtureFileSchema>): Fixture => fixture;

/** The input that gives a folder of assertions. */
const INPUT = "assertions";
const FOLDER = "Give a folder of assertion files, with their fixtures in its folder fixtures.";

export interface Catalogue {
  readonly assertions: readonly Assertion[];
  readonly fixtures: ReadonlyMap<string, Fixture>;
  /** SHA-256 over the files, names and contents, in hexadecimal. */
  readonly digest: string;
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

const idOf = (file: string) => file.replace(/\.ya?ml$/, "");
const nameOf = (file: string) => idOf(file).slice("fixtures/".length);
const isFixture = (file: string) => file.startsWith("fixtures/");

async function readFormatted<T>(folder: string, file: string, kind: "assertion" | "fixture", schema: z.ZodType<T>) {
  const shown = join(relative(".", folder).startsWith("..") ? folder : relative(".", folder), file);
  const located = await openYaml(INPUT, join(folder, file), shown);
  return { file, located, ...checkFormatted(located.value, kind, schema) };
}

export interface CheckedCatalogue {
  readonly errors: readonly ConfigurationError[];
  /** What could be read, of which something may be wrong. */
  readonly catalogue: Catalogue;
}

/** @throws InputErrors with every mistake in every file, or the one that there is, each with file:line:column. */
export async function readCatalogue(folder: string): Promise<Catalogue> {
  const { errors, catalogue } = await checkCatalogue(folder);
  if (errors.length > 0) throw oneOrAll(errors);
  if (catalogue.assertions.length === 0)
    throw new ConfigurationError(INPUT, `"${folder}" holds no assertion`, "Give a folder of assertion files.");
  return catalogue;
}

/**
 * @param others fixtures of another folder that the assertions may use
 * @throws ConfigurationError where the folder cannot be read
 */
export async function checkCatalogue(
  folder: string,
  others: Catalogue["fixtures"] = new Map(),
): Promise<CheckedCatalogue> {
  const { files, errors: refused } = await yamlFilesIn(INPUT, folder, FOLDER);
  const fixtures = await boundedMap(files.filter(isFixture), (file) =>
    readFormatted(folder, file, "fixture", fixtureFileSchema),
  );
  const assertions = await boundedMap(
    files.filter((file) => !isFixture(file)),
    (file) => readFormatted(folder, file, "assertion", assertionFileSchema),
  );
  // One that cannot be read is there all the same: what uses it is not at fault.
  const byName = new Map([...others, ...fixtures.map(({ file, value }) => [nameOf(file), value] as const)]);
  const errors = [
    ...refused,
    ...fixtures.flatMap(({ file, located, value, mistakes }) =>
      located.errors([...mistakes, ...(value ? [...misplaced(value.id, nameOf(file)), ...lintFixture(value)] : [])]),
    ),
    ...assertions.flatMap(({ file, located, value, left, mistakes }) =>
      located.errors([
        ...mistakes,
        ...(value ? lintFile(value, idOf(file), byName) : []),
        ...(left ? lintLeft(left, idOf(file), byName) : []),
      ]),
    ),
  ];
  const catalogue = {
    // One with mistakes is not expanded, which relies on there being none.
    assertions:
      errors.length > 0 ? [] : assertions.flatMap(({ value }) => (value === undefined ? [] : [expandAssertion(value)])),
    fixtures: new Map(
      fixtures.flatMap(({ value }) => (value === undefined ? [] : [[value.id, withoutFormat(value)] as const])),
    ),
    digest: await digestOf(folder, files),
  };
  return { errors, catalogue };
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
