import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LEVELS, rooms } from "../../../scripts/rooms.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const src = await readdir(join(root, "src"), { recursive: true, withFileTypes: true });
const files = src
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => relative(join(root, "src"), join(entry.parentPath, entry.name)));

/** A folder of each room at each depth, as a room has folders in which no file lies today. */
const folders = rooms
  .filter(({ path }) => !path.endsWith(".ts"))
  .flatMap((room) =>
    Array.from({ length: LEVELS + 1 }, (_, below) => ({
      room,
      folder: [...room.path.split("/"), ...Array.from({ length: below }, (_, level) => `planted-${level}`)].join("/"),
    })),
  );

const importing = (from: string, to: string) => {
  const path = relative(from, to);
  return `import * as planted from "${path.startsWith(".") ? path : `./${path}`}";\nexport { planted };\n`;
};

/** Places that a room could be tempted by: one in each other room, one at the root, and packages. */
const temptations = [
  "adapters/clock.ts",
  "adapters/kind/kind.ts",
  "adapters/github/actions.ts",
  "commands/verify.ts",
  "domain/report/report.ts",
  "embedded/cluster.ts",
  "embedded/mutants/faults.ts",
  "embedded/runtime/network.ts",
  "engine/run/run-conformance.ts",
  "inputs/inputs.ts",
  "main.ts",
  "mesh/profile.ts",
  "publishing/publication.ts",
  "render/badge.ts",
  "selftest/soak.ts",
  "setup/run-setup.ts",
  "workload/server/server.ts",
];
const packages = ["@actions/core", "@kubernetes/client-node", "node:child_process", "yaml", "zod"];

const within = (room: string, path: string) => path === room || path.startsWith(`${room}/`);

interface Planted {
  readonly path: string;
  readonly text: string;
  readonly rule: string;
}

const planted: Planted[] = [];
const plant = (path: string, text: string, rule: string) => planted.push({ path: `src/${path}`, text, rule });

for (const [index, { room, folder }] of folders.entries()) {
  const narrower = rooms.filter(({ path }) => path.startsWith(`${room.path}/`));
  for (const [n, to] of temptations.entries()) {
    const allowed = [...room.rooms, room.path].some((may) => within(may, to));
    const ownPart = narrower.some(({ path }) => within(path, to));
    if (!allowed && !ownPart)
      plant(`${folder}/planted-${index}-${n}.ts`, importing(folder, to), "style/noRestrictedImports");
  }
  if (room.packages === "any") continue;
  const patterns = room.packages;
  for (const [n, name] of packages.entries())
    if (!patterns.some((pattern) => pattern === name || (pattern === "node:*" && name.startsWith("node:"))))
      plant(`${folder}/planted-${index}-package-${n}.ts`, `import "${name}";\n`, "style/noRestrictedImports");
}

/** Ways round the rules that were open once. */
const loopholes: readonly (readonly [path: string, text: string, rule: string])[] = [
  ["embedded/a.ts", importing("embedded", "setup/run-setup.ts"), "style/noRestrictedImports"],
  ["embedded/b.ts", importing("embedded", "inputs/inputs.ts"), "style/noRestrictedImports"],
  ["embedded/c.ts", importing("embedded", "commands/verify.ts"), "style/noRestrictedImports"],
  ["embedded/reference/b.ts", importing("embedded/reference", "embedded/runtime/pods.ts"), "style/noRestrictedImports"],
  ["render/html/a.ts", importing("render/html", "domain/gate/gate.ts"), "style/noRestrictedImports"],
  ["planted.ts", 'import "@kubernetes/client-node";\n', "style/noRestrictedImports"],
  ["adapters/kind/a.ts", importing("adapters/kind", "adapters/github/actions.ts"), "style/noRestrictedImports"],
  ["engine/a.ts", 'export const late = () => import("../adapters/clock.ts");\n', "style/noRestrictedImports"],
  ["engine/b.ts", 'export * from "../adapters/clock.ts";\n', "style/noRestrictedImports"],
  ["engine/c.ts", 'export * from "./run/../../adapters/clock.ts";\n', "plugin"],
  ["engine/d.ts", 'export * from "../mesh/../adapters/clock.ts";\n', "plugin"],
  ["engine/e.ts", 'export * from "./../adapters/clock.ts";\n', "plugin"],
  [
    "engine/f.ts",
    'import type { Clock } from "../ports.ts";\nexport const f = ({ wait }: Clock) => wait(1);\n',
    "plugin",
  ],
  [
    "engine/g.ts",
    'import type { Clock } from "../ports.ts";\nexport const g = (clock: Clock) => clock.wait(1);\n',
    "plugin",
  ],
  ["adapters/kind/late.ts", "export const late = AbortSignal.timeout(1);\n", "plugin"],
  ["engine/h.ts", "export const h = crypto.randomUUID();\n", "plugin"],
  ["engine/i.ts", 'export const i = globalThis.fetch("http://127.0.0.1");\n', "plugin"],
  ["engine/j.ts", "export const j = new globalThis.Date();\n", "plugin"],
  ["engine/k.ts", "export const k = new Date();\n", "plugin"],
  ["engine/l.ts", 'export const l = fetch("http://127.0.0.1");\n', "style/noRestrictedGlobals"],
  ["engine/m.ts", "export const m = setTimeout(() => undefined, 1);\n", "style/noRestrictedGlobals"],
  [
    "setup/a.ts",
    'import { setTimeout } from "node:timers/promises";\nexport { setTimeout };\n',
    "style/noRestrictedImports",
  ],
  ["workload/a.ts", 'import { Buffer } from "../domain/measurement/probe.ts";\nexport { Buffer };\n', "plugin"],
  ["domain/x/a.ts", 'import "./b.ts";\nexport const a = 1;\n', "suspicious/noImportCycles"],
  ["domain/x/b.ts", 'import "./a.ts";\nexport const b = 1;\n', "suspicious/noImportCycles"],
];
for (const loophole of loopholes) plant(...loophole);

let folder = "";
const found = new Map<string, Set<string>>();

function lint(): Promise<string> {
  return new Promise((done, fail) => {
    execFile(
      join(root, "node_modules", ".bin", "biome"),
      ["lint", "--vcs-enabled=false", "--reporter=json", "--max-diagnostics=none", "src"],
      { cwd: folder, maxBuffer: 1 << 26 },
      (error, stdout) => (stdout === "" && error !== null ? fail(error) : done(stdout)),
    );
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rooms-"));
  for (const name of ["biome.json", "biome.rooms.json", "scripts/lint"])
    await cp(join(root, name), join(folder, name), { recursive: true });
  for (const { path, text } of planted) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const { diagnostics } = JSON.parse(await lint()) as {
    diagnostics: readonly { category: string; location: { path: string | { file: string } } }[];
  };
  for (const { category, location } of diagnostics) {
    const path = typeof location.path === "string" ? location.path : location.path.file;
    const rules = found.get(path) ?? new Set();
    rules.add(category.replace(/^lint\//, ""));
    found.set(path, rules);
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the rooms of src/", () => {
  it("have every folder of it, and no file deeper than their rules reach", () => {
    const ruled = (file: string) => {
      const parts = file.split("/").slice(0, -1);
      return (
        parts.length === 0 ||
        folders.some(({ room }) => {
          const own = room.path.split("/");
          return own.every((part, level) => parts[level] === part) && parts.length - own.length <= LEVELS;
        })
      );
    };
    expect(files.filter((file) => !ruled(file))).toEqual([]);
  });

  it("are each tempted at every depth", () => {
    for (const { folder: where } of folders)
      expect(
        planted.some(({ path }) => dirname(path) === `src/${where}`),
        where,
      ).toBe(true);
  });

  it(`refuse every planted import (${planted.length})`, () => {
    const accepted = planted.filter(({ path, rule }) => found.get(path)?.has(rule) !== true);
    expect(accepted.map(({ path, rule }) => `${path}: ${rule}`)).toEqual([]);
  });
});
