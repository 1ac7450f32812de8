/** What people write in YAML files is read as kubectl reads it, or refused with its place: never with a stack trace. */
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { boundedMap } from "../../../../src/adapters/files/bounded.ts";
import { withTempFolder } from "../../../../src/adapters/files/folders.ts";
import { readManifest } from "../../../../src/adapters/files/manifest.ts";
import { unreadable } from "../../../../src/adapters/files/read-text.ts";
import { readStored } from "../../../../src/adapters/files/stored-file.ts";
import { readYaml } from "../../../../src/adapters/files/yaml.ts";
import { yamlFilesIn } from "../../../../src/adapters/files/yaml-files.ts";
import { withNamespace } from "../../../../src/engine/run/mesh-install.ts";
import { ConfigurationError, InputErrors } from "../../../../src/errors.ts";
import { readAllowed } from "../../../../src/setup/known-failures.ts";

const withFile = <T>(text: string, use: (file: string) => Promise<T>) =>
  withTempFolder(async (folder) => {
    const file = join(folder, "f.yaml");
    await writeFile(file, text);
    return use(file);
  });

/** `LINE:COLUMN: what is wrong`, of every mistake. */
async function places(text: string, read: (file: string) => Promise<unknown>): Promise<readonly string[]> {
  return withFile(text, async (file) => {
    const error = await read(file).catch((thrown: unknown) => thrown);
    const errors = error instanceof InputErrors ? error.errors : [error];
    return errors.map((one) => {
      if (!(one instanceof ConfigurationError)) throw one;
      return one.message.replace(/^.*f\.yaml:/, "");
    });
  });
}

const allowed = (file: string) => readAllowed(file, undefined);
const entry = "id: a/b\n  reason: known\n  expires: 2026-01-01\n";

const bomb = `${["a0: &a0 [x, x, x, x, x, x, x, x, x, x]", ...Array.from({ length: 12 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(10).fill(`*a${n}`).join(", ")}]`)].join("\n")}\n`;
const mergeBomb = `${["m0: &m0 {k: v}", ...Array.from({ length: 40 }, (_, n) => `m${n + 1}: &m${n + 1} {<<: [*m${n}, *m${n}]}`)].join("\n")}\n`;
const anything = (file: string) => readYaml("values", file, file, z.unknown());

describe("YAML of a user", () => {
  it.each([
    [
      "an alias to nothing",
      "- id: a/b\n  reason: *q\n  expires: soon\n",
      [
        "2:11: the alias *q refers to nothing",
        "3:12: 0.expires: give a day as YYYY-MM-DD",
        "3:12: 0.expires: there is no such day",
      ],
    ],
    ["an alias to nothing in a list", "[*nope]\n", ["1:2: the alias *nope refers to nothing"]],
    [
      "an alias to what comes later",
      "- *late\n- &late {}\n",
      [
        "1:3: the alias *late refers to nothing",
        expect.stringMatching(/^2:/),
        expect.stringMatching(/^2:/),
        expect.stringMatching(/^2:/),
      ],
    ],
    ["two documents", `- ${entry}---\n- ${entry}`, ["4:1: a second document begins here, and this file has one"]],
  ])("with %s", async (_, text, expected) => {
    expect(await places(text, allowed)).toEqual(expected);
  });

  it.each([
    ["a merge of a number", "<<: 5\nb: 1\n", "1:5: a merge key << takes a map, or a list of maps"],
    [
      "a merge of a list with a number",
      "a: &a {b: 1}\nc: {<<: [*a, 3]}\n",
      "2:14: a merge key << takes a map, or a list of maps",
    ],
    ["a merge of nothing", "<<: *q\n", "1:5: the alias *q refers to nothing"],
    ["an alias inside of itself", "a: &a [*a]\n", "1:8: the alias *a stands inside of what it repeats"],
    ["a list for a key", "? [a]\n: b\n", "1:3: a key has to be a text"],
    ["a bomb of aliases", bomb, expect.stringMatching(/^13:\d+: the aliases up to here repeat more than/)],
    ["a bomb of merges", mergeBomb, expect.stringMatching(/^41:\d+: the aliases up to here repeat more than/)],
    ["nesting without end", "[".repeat(100_000), expect.stringMatching(/^1:/)],
  ])("with %s", async (_, text, expected) => {
    expect((await places(text, anything))[0]).toEqual(expected);
    if (!text.startsWith("[[")) expect(await places(text, readManifest)).toEqual([expected]);
  });

  it("may use anchors, and merge maps", async () => {
    const text = "base: &base {a: 1}\nmore: &more {b: 2, a: 0}\nall: {<<: [*base, *more], c: 3}\n";
    const { value } = await withFile(text, anything);
    expect(value).toMatchObject({ all: { a: 1, b: 2, c: 3 } });
  });

  it("may begin with a byte-order mark, as JSON may", async () => {
    expect(await withFile(`\uFEFF- ${entry}`, allowed)).toEqual([
      { id: "a/b", reason: "known", expires: "2026-01-01" },
    ]);
    expect(await places("\uFEFF- id: a/b\n  reasn: x\n", allowed)).toContain('2:3: 0: there is no key "reasn" here');
    expect(await withFile('\uFEFF{"a": 1}', async (file) => (await readStored("baseline", file)).text)).toBe(
      '{"a": 1}',
    );
  });

  it("may have a list whose last entry was taken out", async () => {
    for (const text of ["", "# nothing known\n", "[]\n"]) expect(await withFile(text, allowed)).toEqual([]);
    const schema = z.strictObject({
      list: z.array(z.string()).default(["x"]),
      deep: z.strictObject({ map: z.record(z.string(), z.string()) }),
    });
    const read = await withFile("list:\ndeep:\n  map:\n", (file) => readYaml("values", file, file, schema));
    expect(read.value).toEqual({ list: [], deep: { map: {} } });
  });
});

describe("a manifest", () => {
  const read = (text: string) => withFile(text, readManifest);
  const head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

  it.each([
    ["0420", 272],
    ["0755", 493],
    ["0o17", 15],
    ["-010", -8],
    ["0x1F", 31],
    ["1_000", 1000],
    ["089", 89],
    ["1e3", 1000],
    [".5", 0.5],
    ["yes", true],
    ["Off", false],
    ["~", null],
    ["1:30", "1:30"],
    ["2026-01-01", "2026-01-01"],
    ["'0420'", "0420"],
    ["0420Mi", "0420Mi"],
  ])("has %s as kubectl reads it", async (text, value) => {
    expect(await read(`${head}data: {v: ${text}}\n`)).toMatchObject([{ data: { v: value } }]);
  });

  it("has merge keys carried out", async () => {
    const objects = await read(`${head}x: &x {image: a}\ncontainers: [{<<: *x, name: c}]\n`);
    expect(objects).toMatchObject([{ containers: [{ image: "a", name: "c" }] }]);
  });

  it.each([
    ["without items", "kind: List\napiVersion: v1\n", "1:1: a List without items"],
    ["with null in it", "kind: List\napiVersion: v1\nitems: [null]\n", "3:9: this is not a Kubernetes object"],
    [
      "with an empty map",
      "kind: List\napiVersion: v1\nitems: [{}]\n",
      "3:9: an object without apiVersion and kind and metadata.name",
    ],
    [
      "with items that are no list",
      "kind: List\napiVersion: v1\nitems: 5\n",
      "3:8: the items of a List have to be a list",
    ],
  ])("with a List %s is pointed into", async (_, text, expected) => {
    expect(await places(text, readManifest)).toEqual([expected]);
  });

  it("may have empty lists, and lists that name the kind of their items", async () => {
    const typed = "kind: SecretList\napiVersion: v1\nitems: [{metadata: {name: s}}]\n";
    const objects = await read(`${head}---\nkind: List\napiVersion: v1\nitems:\n---\n${typed}`);
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(["ConfigMap a", "Secret s"]);
  });

  it("has every mistake of every document told", async () => {
    const text = `${head}---\n- 5\n---\nkind: Secret\nmetadata: {name: s}\n---\na: *b\n`;
    expect(await places(text, readManifest)).toEqual([
      "5:1: this is not a Kubernetes object",
      "7:1: an object without apiVersion",
      "10:4: the alias *b refers to nothing",
    ]);
  });

  it("without the namespace of the mesh gets it, where an object is in it", () => {
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "my-system" } };
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "my-system" } };
    expect(withNamespace([object], "my-system")).toEqual([namespace, object]);
    expect(withNamespace([namespace, object], "my-system")).toEqual([namespace, object]);
    expect(withNamespace([object], "other")).toEqual([object]);
  });
});

describe("files below a folder", () => {
  const found = (files: readonly string[], links: Readonly<Record<string, string>> = {}) =>
    withTempFolder(async (folder) => {
      await mkdir(join(folder, "sub"));
      for (const file of files) await writeFile(join(folder, file), "");
      for (const [link, target] of Object.entries(links)) await symlink(target, join(folder, link));
      const { files: read, errors } = await yamlFilesIn("assertions", folder, "Give a folder.");
      return { read, errors: errors.map(({ message }) => message.replaceAll(`${folder}/`, "")) };
    });

  it("are read with either ending, and through links", async () => {
    const files = ["sub/a.yaml", "b.yml", "README.md", ".hidden.json", "c.yaml~"];
    expect(await found(files, { "link.yaml": "sub/a.yaml" })).toEqual({
      read: ["b.yml", "link.yaml", "sub/a.yaml"],
      errors: [],
    });
  });

  it.each([
    ["another ending", ["a.json"], {}, ['assertions: "a.json" ends in ".json", and is not read']],
    ["an ending in capitals", ["a.YAML"], {}, ['assertions: "a.YAML" ends in ".YAML", and is not read']],
    [
      "one name with two endings",
      ["a.yml", "a.yaml"],
      {},
      ['assertions: "a.yml" has the name of "a.yaml" but for its ending'],
    ],
    ["a link to nothing", [], { "a.yaml": "gone" }, ['assertions: "a.yaml" cannot be read (ENOENT)']],
    ["a link to a folder", [], { more: "sub" }, ['assertions: "more" is a link to a folder, which is not followed']],
    [
      "a link to a folder, named as a file",
      [],
      { "a.yaml": "sub" },
      ['assertions: "a.yaml" is a link to a folder, which is not followed'],
    ],
  ] as const)("with %s are refused by their names", async (_, files, links, errors) => {
    expect((await found(files, links)).errors).toEqual(errors);
  });

  it("are opened some at a time, however many there are", async () => {
    let [open, most] = [0, 0];
    const results = await boundedMap(
      Array.from({ length: 5000 }, (_, n) => n),
      async (n) => {
        most = Math.max(most, ++open);
        await new Promise(setImmediate);
        open--;
        return 2 * n;
      },
    );
    expect(results[4999]).toBe(9998);
    expect(most).toBe(32);
  });

  it("that cannot be opened because too many are open say so", () => {
    const { message, remedy } = unreadable("assertions", "a.yaml", Object.assign(new Error(), { code: "EMFILE" }));
    expect(message).toBe('assertions: "a.yaml" cannot be opened: too many files are open on this machine (EMFILE)');
    expect(remedy).toContain("ulimit -n");
  });
});
