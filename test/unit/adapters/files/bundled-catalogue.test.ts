/** Mistakes in assertion, fixture, profile and manifest files are named with file, line and column. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { readCatalogue, readProfile } from "../../../../src/adapters/files/catalogue.ts";
import { withTempFolder } from "../../../../src/adapters/files/folders.ts";
import { readManifest } from "../../../../src/adapters/files/manifest.ts";
import { ConfigurationError, InputErrors } from "../../../../src/errors.ts";
import { profileSchema } from "../../../../src/mesh/profile.ts";

const fixture = `format: 2
id: pair
title: Two
namespaces: [n1]
workloads:
  client: {}
  server: {role: server}
services:
  - {name: server, selects: [server], ports: [{port: 8080}]}
`;
const assertion = `format: 2
id: traffic-access/x
title: X
says: Everything is x.
level: MUST
versions: {traffic-access: [v1alpha3]}
fixture: pair
steps:
  - name: only
    expect:
      - {from: client, to: server, get: /, is: ok}
      - {from: server, to: server, get: /, is: refused}
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

/** Every mistake, as `place: what is wrong` without the folder, and what is allowed. */
async function mistakesOf(work: Promise<unknown>): Promise<readonly ConfigurationError[]> {
  const error = await work.then(
    () => new Error("nothing was wrong"),
    (thrown: unknown) => thrown,
  );
  if (error instanceof InputErrors) return error.errors;
  if (error instanceof ConfigurationError) return [error];
  throw error;
}

async function mistakeOf(work: Promise<unknown>): Promise<ConfigurationError> {
  const [mistake, ...others] = await mistakesOf(work);
  expect(others.map(({ message }) => message)).toEqual([]);
  return mistake as ConfigurationError;
}

/** `traffic-access/x.yaml:4:8: what is wrong | what is allowed`, for each mistake in these files. */
const shownOf = (files: Readonly<Record<string, string>>) =>
  withFiles(files, async (folder) =>
    (await mistakesOf(readCatalogue(folder))).map(
      ({ message, remedy }) => `${message.replace(`assertions: ${folder}/`, "")} | ${remedy}`,
    ),
  );

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
    ["an unknown level", ["level: MUST", "level: SHALL"], "5:8", "SHALL", "Allowed: MAY, MUST"],
    ["an unknown key", ["level: MUST", "level: MUST\ncolour: red"], "6:1", 'no key "colour"', "Allowed: absent, basis"],
    ["a key that is nearly right", ["title: X", "titel: X"], "3:1", 'no key "titel"', "Did you mean title?"],
    ["an unknown version", ["v1alpha3", "v2"], "6:29", "v1alpha1", "Mend the file"],
    ["a method without a path", ["get: /, is: ok", "send: GET, is: ok"], "11:", "METHOD /path", "Mend the file"],
    ["an unknown fixture", ["fixture: pair", "fixture: pairs"], "7:10", 'no fixture "pairs"', "Did you mean pair?"],
    ["an id that is not its path", ["traffic-access/x", "traffic-access/y"], "2:5", "y", "Write id: traffic-access/x."],
    ["an unknown workload", ["from: client", "from: clinet"], "11:16", 'no workload "clinet"', "Did you mean client?"],
    ["an unknown service", ["client, to: server", "client, to: z"], "11:", 'no http service "z"', "It has server."],
    ["a transport that the service has not", ["server, get: /", "server, udp: true"], "11:", "no udp service", "none"],
    ["a refusal that nothing frames", ["is: ok", "is: recorded"], "12:", "is refused by policy", "server-alive"],
    ["an unknown control", ["is: ok", "is: ok, control: K0"], "11:61", '"K0"', "Allowed: all-accounted-for, arrivals"],
    ["a list for a text", ["title: X", "title: [X]"], "3:8", "not of the type string", "Mend the file"],
    [
      "a text that is missing",
      ["says: Everything is x.\n", ""],
      "1:1",
      "says is missing",
      "The clause in one sentence",
    ],
  ] as const)("points at %s", async (_, [from, to], place, words, remedy) => {
    await withFiles({ ...sound, "traffic-access/x.yaml": assertion.replace(from, to) }, async (folder) => {
      const [mistake] = await mistakesOf(readCatalogue(folder));
      expect(mistake?.input).toBe("assertions");
      expect(mistake?.message).toContain(`${folder}/traffic-access/x.yaml:${place}`);
      expect(mistake?.message).toMatch(/x\.yaml:\d+:\d+: /);
      expect(mistake?.message).toContain(words);
      expect(mistake?.remedy).toContain(remedy);
    });
  });

  it("whose text is broken is pointed into", async () => {
    const broken = assertion.replace("title: X", "title: [X");
    const [mistake = ""] = await shownOf({ ...sound, "traffic-access/x.yaml": broken });
    expect(mistake).toMatch(/^traffic-access\/x\.yaml:\d+:\d+: .* \| Mend the file/);
  });

  it.each([
    ["an unknown role", ["role: server", "role: king"], "7:18"],
    ["an id that is not its file's name", ["id: pair", "id: couple"], "2:5"],
    ["a service of nobody", ["selects: [server]", "selects: [serve]"], "9:30"],
  ] as const)("points at %s of a fixture", async (_, [from, to], place) => {
    await withFiles({ ...sound, "fixtures/pair.yaml": fixture.replace(from, to) }, async (folder) => {
      expect((await mistakeOf(readCatalogue(folder))).message).toContain(`fixtures/pair.yaml:${place}: `);
    });
  });

  it("names every mistake of every file at once", async () => {
    const twice = `${assertion}  - name: gone\n    remove: [{trafficTarget: grant}]\n`;
    const files = {
      "fixtures/pair.yaml": fixture.replace("  client: {}\n", "  client: {}\n  client: {role: server}\n"),
      "traffic-access/x.yaml": twice.replace("level: MUST", "level: MUST\ncontrols: [server-alvie]"),
      "traffic-access/y.yaml": twice.replace("access/x", "access/y").replace("says: ", "say: "),
      "traffic-access/z.yaml": twice.replace("access/x", "access/z"),
    };
    expect(await shownOf(files)).toEqual([
      'fixtures/pair.yaml:7:3: "client" stands twice in workloads, first in line 6 | Each name stands once: rename one of them, or leave it out.',
      expect.stringMatching(
        /^traffic-access\/x\.yaml:6:12: controls\.0: "server-alvie" is not one of the values allowed here \| Did you mean server-alive\? Allowed: /,
      ),
      "traffic-access/x.yaml:14:5: steps.1: no step after this change says what is expected of it | Add a step `expect`, or leave the change out.",
      "traffic-access/x.yaml:15:14: steps.1.remove.0: TrafficTarget grant in n1 is not there to be removed: no step makes it | There by now: none.",
      expect.stringMatching(
        /^traffic-access\/y\.yaml:4:1: there is no key "say" here \| Did you mean says\? Allowed: /,
      ),
      "traffic-access/z.yaml:13:5: steps.1: no step after this change says what is expected of it | Add a step `expect`, or leave the change out.",
      "traffic-access/z.yaml:14:14: steps.1.remove.0: TrafficTarget grant in n1 is not there to be removed: no step makes it | There by now: none.",
    ]);
  });

  it("takes no step for two operations, and none for a step", async () => {
    const steps =
      "  - {name: both, apply: [{tcpRoute: t}], expect: [{crd: TCPRoute, is: served}]}\n  - change: [{restart: server}]\n";
    expect(await shownOf({ ...sound, "traffic-access/x.yaml": assertion + steps })).toEqual([
      "traffic-access/x.yaml:13:5: steps.1: a step carries out one operation, and this one has apply and expect | Make a step of each, in the order in which they are to be carried out.",
      "traffic-access/x.yaml:14:5: steps.2: a step carries out one operation, and this one has none (it has change) | Format 2 has a step of its own for each change: scale, restart or setAccount.",
    ]);
  });

  it("of format 1 gets one error a file, which says what has changed and where to read on", async () => {
    const old = assertion.replace("format: 2\n", "").replace("steps:", "phases:").replace("says:", "succeeds:");
    const files = {
      "fixtures/pair.yaml": fixture.replace("format: 2", "format: 1"),
      "traffic-access/x.yaml": old,
      "traffic-access/y.yaml": `format: 3\n${old}`,
    };
    const guide = 'Carry it over as docs/assertion-model.md, "From format 1" says, and begin it with format: 2.';
    expect(await shownOf(files)).toEqual([
      `fixtures/pair.yaml:1:9: format: this fixture is of format 1; this version reads format 2: rest is called steadyState, and the workloads of the bundled fixtures have other names | ${guide}`,
      `traffic-access/x.yaml:1:1: this assertion names no format, which makes it format 1; this version reads format 2: its phases have become a list of steps, workloads and fields have other names, and says is new | ${guide}`,
      "traffic-access/y.yaml:1:9: format: there is no format 3 | This version reads format 2.",
    ]);
  });

  it("names the new word for one of format 1", async () => {
    const renamed = assertion.replace("fixture: pair", "fixture: pair\nsucceeds: [access-01]\ncontrols: [K4]");
    expect(await shownOf({ ...sound, "traffic-access/x.yaml": renamed })).toEqual([
      'traffic-access/x.yaml:8:1: there is no key "succeeds" here | It is called replaces in format 2.',
      'traffic-access/x.yaml:9:12: controls.0: "K4" is not one of the values allowed here | It is called sibling-refused in format 2.',
    ]);
  });

  it("looks on behind a key that is wrong, and leaves out what may only follow from it", async () => {
    const wrong = assertion
      .replace("fixture: pair", "fixture: pair\nabsent: [ghost]")
      .replace("{from: server, to: server", "{from: servre, too: 1, to: server");
    const shown = await shownOf({ ...sound, "traffic-access/x.yaml": wrong });
    expect(shown.map((line) => line.slice(0, line.indexOf(" | ")))).toEqual([
      'traffic-access/x.yaml:13:16: steps.0.expect.1.from: fixture pair has no workload "servre"',
      'traffic-access/x.yaml:13:24: steps.0.expect.1: there is no key "too" here',
    ]);
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
      "m.yaml:5:1: an object without metadata.name",
    ],
    ["a broken text", `${object("a")}---\na: [\n`, "m.yaml:"],
    ["nothing", "# nothing\n", "contains no object"],
  ])("with %s is a mistake", async (_, text, words) => {
    const mistake = await mistakeOf(read(text));
    expect(mistake.input).toBe("manifest");
    expect(mistake.message).toContain(words);
  });
});
