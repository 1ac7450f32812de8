/**
 * Cuts out of GitHub's OpenAPI description what the fake GitHub of the tests serves, and writes test/fakes/github-openapi.json.
 *
 * The description is 70 MB and so no dependency: `npm install @octokit/openapi@23.0.2` in a folder outside of the project, and
 * give `<folder>/node_modules/@octokit/openapi`.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What is kept: operations by path and method. */
const OPERATIONS = [
  ["/repos/{owner}/{repo}/statuses/{sha}", "post"],
  ["/repos/{owner}/{repo}/commits/{ref}/statuses", "get"],
] as const;

interface Description {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Texts and examples are most of the bytes, and nothing of them is checked. A property may bear the same names. */
function lean(value: unknown, namesAreData: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => lean(item, false));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => namesAreData || !/^(description|summary|examples?|externalDocs|tags|x-.*)$/.test(key))
      .map(([key, inner]) => [key, lean(inner, key === "properties" && !namesAreData)]),
  );
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: slice-openapi.ts <folder of @octokit/openapi>");
const description = JSON.parse(
  await readFile(join(folder, "generated/api.github.com.deref.json"), "utf8"),
) as Description;
const version = (JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as { version: string }).version;

const paths: Record<string, Record<string, unknown>> = {};
for (const [path, method] of OPERATIONS) {
  const operation = description.paths[path]?.[method];
  if (operation === undefined) throw new Error(`the description has no ${method} ${path}`);
  paths[path] = { ...paths[path], [method]: lean(operation, false) };
}
const slice = {
  source: `@octokit/openapi ${version}, generated/api.github.com.deref.json: the operations below, without texts and examples`,
  licence: (await readFile(join(folder, "LICENSE"), "utf8")).trim(),
  openapi: description.openapi,
  paths,
};
await writeFile(
  join(import.meta.dirname, "../test/fakes/github-openapi.json"),
  `${JSON.stringify(slice, undefined, 2)}\n`,
);
