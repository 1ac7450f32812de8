import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { generated } from "../../../scripts/generate.ts";
import { readCatalogue, readProfile } from "../../../src/adapters/files/catalogue.ts";
import { legacyIds } from "../../../src/domain/report/legacy.ts";
import { inputDefinitions, inputGroups, outputDefinitions } from "../../../src/inputs/definitions/index.ts";
import { profileSchema } from "../../../src/mesh/profile.ts";
import { parseInputs } from "../inputs/mistakes.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const names = (definitions: readonly { readonly name: string }[]) => definitions.map(({ name }) => name);

describe("action.yml", async () => {
  const action = parse(await readFile(join(root, "action.yml"), "utf8"));

  it("has the inputs and outputs of the program, no more and no fewer", () => {
    expect(Object.keys(action.inputs)).toEqual(names(inputDefinitions));
    expect(Object.keys(action.outputs)).toEqual(names(outputDefinitions));
  });

  it("has defaults that the program accepts, as a runner fills them in", () => {
    const given = Object.entries<{ default?: string }>(action.inputs).flatMap(([name, input]) =>
      input.default === undefined ? [] : [[name, input.default.replaceAll(`\${{ github.token }}`, "ghs_token")]],
    );
    expect(given.map(([, value]) => value).join()).not.toContain(`\${{`);
    expect(() =>
      parseInputs(
        { mesh: "traefik-mesh", "mesh-version": "1.4.8", ...Object.fromEntries(given) },
        { suiteVersion: "0.1.0", lookAround: false },
      ),
    ).not.toThrow();
    expect(() =>
      parseInputs({ cluster: "embedded", ...Object.fromEntries(given) }, { suiteVersion: "0.1.0", lookAround: false }),
    ).not.toThrow();
  });

  it("takes the job's own token, and a shell takes none", () => {
    expect(action.inputs.token.default).toBe(`\${{ github.token }}`);
    expect(inputDefinitions.find(({ name }) => name === "token")?.default).toBe("");
    const expressions = Object.entries<{ default?: string }>(action.inputs).filter(([, i]) =>
      i.default?.includes(`\${{`),
    );
    expect(expressions.map(([name]) => name)).toEqual(["token"]);
  });

  it("runs bundles that the build makes, and cleans up whatever happened", () => {
    expect(action.runs).toEqual({
      using: "node24",
      main: "dist/main.cjs",
      post: "dist/post.cjs",
      "post-if": "always()",
    });
  });

  it("is what the repository's own workflow gives it", async () => {
    const workflow = parse(await readFile(join(root, ".github", "workflows", "ci.yml"), "utf8"));
    const steps = Object.values<{ steps: { uses?: string; with?: object }[] }>(workflow.jobs).flatMap(
      (job) => job.steps,
    );
    const own = steps.filter(({ uses }) => uses === "./");
    expect(own.length).toBeGreaterThan(0);
    for (const step of own)
      for (const name of Object.keys(step.with ?? {})) expect(names(inputDefinitions)).toContain(name);
  });
});

describe("the inputs", () => {
  it("are each in one group", () => {
    expect(inputGroups.flatMap(({ inputs }) => names(inputs))).toEqual(names(inputDefinitions));
    expect(new Set(names(inputDefinitions)).size).toBe(inputDefinitions.length);
  });

  it("are in docs/inputs.md under the headings of their groups", async () => {
    const text = await readFile(join(root, "docs/inputs.md"), "utf8");
    const section = text.slice(text.indexOf("<!-- inputs -->"), text.indexOf("<!-- /inputs -->"));
    const parts = section.split(/^### /m).slice(1);
    expect(parts.map((part) => part.split("\n")[0])).toEqual(inputGroups.map(({ heading }) => heading));
    for (const [n, { inputs }] of inputGroups.entries())
      expect([...(parts[n] ?? "").matchAll(/^\| `([^`]+)` \|/gm)].map((row) => row[1])).toEqual(names(inputs));
    expect(section).toContain(`| \`token\` | text | \`\${{ github.token }}\`; in a shell none |`);
  });

  it("that are choices name them, and their default is one of them", () => {
    for (const { heading, inputs } of inputGroups)
      for (const { name, type, choices, default: value } of inputs) {
        expect(choices !== undefined, `${heading}: ${name}`).toBe(type === "choice");
        if (choices !== undefined && value !== "") expect(choices, name).toContain(value);
        if (type === "flag") expect(["true", "false"], name).toContain(value);
      }
  });
});

describe("the bundled data", async () => {
  const { assertions } = await readCatalogue(join(root, "assertions"));

  it.each(legacyIds)("answers step %s of the 24-step suite", (id) => {
    expect(assertions.filter(({ replaces }) => replaces.includes(id))).not.toEqual([]);
  });

  it("names no step that the 24-step suite did not have", () => {
    for (const { replaces } of assertions) for (const id of replaces) expect(legacyIds).toContain(id);
  });

  it.each(["traefik-mesh", "reference"])("has a profile of %s that loads", async (mesh) => {
    const { profile } = await readProfile(join(root, "meshes"), mesh, undefined, profileSchema);
    expect(profile.mesh).toBe(mesh);
  });
});

it("is written down as it is: generated files are not stale", async () => {
  for (const [path, content] of await generated()) expect(await readFile(join(root, path), "utf8"), path).toBe(content);
});
