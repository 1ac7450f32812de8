/** Mistakes in assertion, fixture, profile and manifest files are named with file, line and column. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { readCatalogue, readProfile } from "../../../../src/adapters/files/catalogue.ts";
import { withTempFolder } from "../../../../src/adapters/files/folders.ts";
import { readManifest } from "../../../../src/adapters/files/yaml.ts";
import { ConfigurationError } from "../../../../src/errors.ts";
import { profileSchema } from "../../../../src/mesh/profile.ts";

const fixture = `id: pair
title: Two
namespaces: [n1]
workloads:
  a: {}
  b: {role: server}
services:
  - {name: b, selects: [b], ports: [{port: 8080}]}
`;
const assertion = `id: traffic-access/x
title: X
spec: traffic-access
level: MUST
versions: {traffic-access: [v1alpha3]}
fixture: pair
phases:
  - name: only
    expect:
      - {from: a, to: b, get: /, is: ok}
      - {from: b, to: b, get: /, is: refused}
`;
const sound = { "fixtures/pair.yaml": fixture, "traffic-access/x.yaml": assertion };

/** Runs `use` with a folder of these files. */
async function withFiles<T>(files: Readonly<Record<string, string>>, use: (folder: string) => Promise<T>): Promise<T> {
  return withTempFolder(async (folder) => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return use(folder);
  });
}

async function mistakeOf(work: Promise<unknown>): Promise<ConfigurationError> {
  const error = await work.then(
    () => new Error("nothing was wrong"),
    (thrown: unknown) => thrown,
  );
  if (error instanceof ConfigurationError) return error;
  throw error;
}

describe("a catalogue", () => {
  it("is read with its fixtures and a digest that each change of a file changes", async () => {
    const read = (files: Readonly<Record<string, string>>) => withFiles(files, readCatalogue);
    const catalogue = await read(sound);
    expect(catalogue.assertions.map(({ id }) => id)).toEqual(["traffic-access/x"]);
    expect([...catalogue.fixtures.keys()]).toEqual(["pair"]);
    expect(catalogue.digest).toMatch(/^[0-9a-f]{64}$/);
    expect((await read(sound)).digest).toBe(catalogue.digest);
    expect((await read({ ...sound, "fixtures/pair.yaml": `${fixture}# \n` })).digest).not.toBe(catalogue.digest);
  });

  it.each([
    ["a level that there is none of", ["level: MUST", "level: SHALL"], "4:8", "level"],
    ["a key that there is none of", ["level: MUST", "level: MUST\ncolour: red"], "1:1", "colour"],
    ["a version that there is none of", ["v1alpha3", "v2"], "5:29", "v1alpha1"],
    ["a method without a path", ["get: /, is: ok", "send: GET, is: ok"], "10:", "METHOD /path"],
    [
      "a fixture that there is none of",
      ["fixture: pair", "fixture: trio"],
      "6:10",
      'no fixture "trio" (there are pair)',
    ],
    ["an id that is not its path", ["traffic-access/x", "traffic-access/y"], "1:5", "traffic-access/x"],
    ["a workload that there is none of", ["from: a", "from: z"], "10:16", 'no workload "z" (it has a, b)'],
    ["a service that there is none of", ["{from: a, to: b", "{from: a, to: z"], "10:", 'no http service "z"'],
    [
      "a transport that the service has not",
      ["from: b, to: b, get: /", "from: b, to: b, udp: true"],
      "11:",
      "no udp service",
    ],
    ["a refusal that nothing frames", ["is: ok", "is: recorded"], "11:", "is refused by policy"],
    ["a broken text", ["title: X", "title: [X"], ":", "assertions"],
  ] as const)("points at %s", async (_, [from, to], place, words) => {
    await withFiles({ ...sound, "traffic-access/x.yaml": assertion.replace(from, to) }, async (folder) => {
      const mistake = await mistakeOf(readCatalogue(folder));
      expect(mistake.input).toBe("assertions");
      expect(mistake.message).toMatch(/traffic-access\/x\.yaml:\d+:\d+: /);
      expect(mistake.message).toContain(`traffic-access/x.yaml:${place.replace(/^:/, "")}`);
      expect(mistake.message).toContain(words);
      expect(mistake.remedy).toContain("Mend the file");
    });
  });

  it.each([
    ["a role that there is none of", ["role: server", "role: king"], "6:13"],
    ["an id that is not its file's name", ["id: pair", "id: couple"], "1:5"],
  ] as const)("points at %s of a fixture", async (_, [from, to], place) => {
    await withFiles({ ...sound, "fixtures/pair.yaml": fixture.replace(from, to) }, async (folder) => {
      expect((await mistakeOf(readCatalogue(folder))).message).toContain(`fixtures/pair.yaml:${place}: `);
    });
  });

  it("counts the mistakes beyond the first", async () => {
    const broken = assertion.replace("level: MUST", "level: SHALL").replace("spec: traffic-access", "spec: x");
    await withFiles({ ...sound, "traffic-access/x.yaml": broken }, async (folder) => {
      expect((await mistakeOf(readCatalogue(folder))).message).toContain("(and 1 more)");
    });
  });

  it("must hold something", async () => {
    await withFiles({ "fixtures/pair.yaml": fixture }, async (folder) => {
      const mistake = await mistakeOf(readCatalogue(folder));
      expect(mistake.message).toContain(`"${folder}" holds no assertion`);
    });
  });
});

describe("a profile", () => {
  const text =
    "mesh: mine\ntitle: Mine\nnamespace: mine\ndataPlane: {}\naccess: enforced\npropagation: {deadline: 5}\nready: {deadline: 5, workloads: [{kind: Deployment, name: mine}]}\n";

  it("is a bundled one by its name, or the user's own by its path", async () => {
    expect((await readProfile("meshes", "traefik-mesh", undefined, profileSchema)).profile.title).toBe("Traefik Mesh");
    await withFiles({ "mine.yaml": text }, async (folder) => {
      const found = await readProfile("meshes", undefined, join(folder, "mine.yaml"), profileSchema);
      expect(found.profile.mesh).toBe("mine");
      expect(found.digest).toMatch(/^[0-9a-f]{64}$/);
    });
  });

  it.each([
    ["access: enforced", "access: perhaps", "5:9"],
    ["kind: Deployment", "kind: Pod", "7:"],
    ["deadline: 5}\nready", "deadline: soon}\nready", "6:25"],
  ])("with %s as %s is pointed into", async (from, to, place) => {
    await withFiles({ "mine.yaml": text.replace(from, to) }, async (folder) => {
      const file = join(folder, "mine.yaml");
      const mistake = await mistakeOf(readProfile("meshes", undefined, file, profileSchema));
      expect(mistake.input).toBe("mesh-profile");
      expect(mistake.message).toContain(`${file}:${place}`);
    });
  });

  it("must be of the mesh that was asked for", async () => {
    await withFiles({ "mine.yaml": text }, async (folder) => {
      const mistake = await mistakeOf(readProfile("meshes", "other", join(folder, "mine.yaml"), profileSchema));
      expect(mistake.message).toContain('mine.yaml:1:7: mesh: the profile is of "mine", and mesh says "other"');
    });
  });
});

describe("a manifest", () => {
  const read = (text: string) => withFiles({ "m.yaml": text }, async (folder) => readManifest(join(folder, "m.yaml")));
  const object = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;

  it("is all objects of all documents and lists", async () => {
    const list = "apiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: Secret, metadata: {name: c}}\n";
    const objects = await read(`---\n${object("a")}---\n---\n${object("b")}---\n${list}`);
    expect(objects.map((o) => o.metadata.name)).toEqual(["a", "b", "c"]);
  });

  it.each([
    [
      "an object without a name",
      `${object("a")}---\napiVersion: v1\nkind: ConfigMap\n`,
      "m.yaml:4:1: an object without",
    ],
    ["a broken text", `${object("a")}---\na: [\n`, "m.yaml:"],
    ["nothing", "# nothing\n", "holds no object"],
  ])("with %s is a mistake", async (_, text, words) => {
    const mistake = await mistakeOf(read(text));
    expect(mistake.input).toBe("manifest");
    expect(mistake.message).toContain(words);
  });
});
