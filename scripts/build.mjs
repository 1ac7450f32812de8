// Bundles the action: dist/*.cjs from src, and dist/licenses.txt for what was bundled.
//   node scripts/build.mjs            writes dist/
//   node scripts/build.mjs --check    writes nothing; exit code 1 when dist/ is not what src makes
// The output holds no path, time or order of this machine, so that any two machines make the same bytes.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build, formatMessages } from "esbuild";

const root = resolve(import.meta.dirname, "..");
const dist = join(root, "dist");

/** What each bundle may hold, so that an import far below can't undo what the bundle is for. */
const bundles = [
  { name: "main", entry: "src/main.ts", refuse: () => false },
  // Has to work where main crashed, and at once.
  { name: "post", entry: "src/post.ts", refuse: (input) => input.startsWith("node_modules/@kubernetes/") },
  { name: "matrix", entry: "src/matrix-main.ts", refuse: (input) => input.startsWith("node_modules/@kubernetes/") },
  { name: "publish", entry: "src/publish-main.ts", refuse: (input) => input.startsWith("node_modules/@kubernetes/") },
  {
    name: "artifact",
    entry: "src/adapters/github/artifact-library.ts",
    refuse: (input) => input.startsWith("src/") && input !== "src/adapters/github/artifact-library.ts",
  },
  // The only file of ours in the workload's image.
  { name: "workload", entry: "src/workload/main.ts", refuse: (input) => !input.startsWith("src/workload/") },
];

/** Modules that a bundled package can do without: it asks for them inside try and catch. */
const optional = new Set(["bufferutil", "supports-color", "utf-8-validate"]);

const permissive = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "ISC",
  "MIT",
  "MIT/X11",
  "Unlicense",
]);

/** The licence's own words, for packages that name it and forget to ship it. */
const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** Packages that state no licence, and what is known of them. Each was looked at; a new one stops the build. */
const unstated = new Map([
  [
    "buffers 0.1.1",
    "The package states no licence. Its author is James Halliday, and it comes with @actions/artifact by way of unzip-stream and binary, which are under the MIT licence.",
  ],
]);

class BuildError extends Error {}

/** Left outside of every other bundle, and loaded from beside it. */
const shared = { "@actions/artifact": "./artifact.cjs" };

const leaveShared = {
  name: "leave-shared",
  setup(build) {
    build.onResolve({ filter: /^@actions\/artifact$/ }, ({ path }) => ({ path: shared[path], external: true }));
  },
};

async function bundle({ name, entry, refuse }) {
  if (!existsSync(join(root, entry))) throw new BuildError(`${entry} does not exist.`);
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: `dist/${name}.cjs`,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    charset: "utf8",
    write: false,
    metafile: true,
    logLevel: "silent",
    plugins: name === "artifact" ? [] : [leaveShared],
    // In cjs output esbuild leaves import.meta empty.
    define: {
      "import.meta.dirname": "__dirname",
      "import.meta.filename": "__filename",
      "import.meta.url": "importMetaUrl",
    },
    banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
  }).catch((error) => {
    if (!Array.isArray(error.errors)) throw error;
    return error;
  });
  const messages = [...result.errors, ...result.warnings];
  if (messages.length > 0) {
    const shown = await formatMessages(messages, { kind: "error", color: false });
    throw new BuildError(`esbuild on ${entry} (a warning is an error here):\n${shown.join("\n")}`);
  }
  const inputs = Object.keys(result.metafile.inputs).sort();
  const chain = chainToFirst(result.metafile.inputs, entry, refuse);
  if (chain)
    throw new BuildError(`dist/${name}.cjs must not hold ${chain.at(-1)}. It comes in by:\n  ${chain.join("\n  ")}`);
  const [output] = Object.values(result.metafile.outputs);
  const missing = output.imports
    .map(({ path }) => path)
    .filter((path) => !isBuiltin(path) && !optional.has(path) && !Object.values(shared).includes(path));
  if (missing.length > 0) throw new BuildError(`dist/${name}.cjs is not whole; left outside: ${missing.join(", ")}`);
  const [{ contents }] = result.outputFiles;
  const text = Buffer.from(contents);
  if (text.includes(root)) throw new BuildError(`dist/${name}.cjs holds the path of this checkout, ${root}.`);
  return { file: `${name}.cjs`, contents: text, inputs };
}

/** The shortest way by imports from the entry to a file that `refuse` names, or undefined. */
function chainToFirst(inputs, entry, refuse) {
  const chains = new Map([[entry, [entry]]]);
  for (const [file, chain] of chains) {
    if (refuse(file)) return chain;
    for (const { path, external } of inputs[file].imports) {
      if (!external && !chains.has(path)) chains.set(path, [...chain, path]);
    }
  }
  return undefined;
}

function isBuiltin(path) {
  return path.startsWith("node:") || builtinModules.includes(path);
}

/** `node_modules/a/node_modules/@b/c/lib/x.js` -> `node_modules/a/node_modules/@b/c` */
function packageFolder(input) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

/** The licence of each package that any bundle holds, in one file: theirs ask that it goes along. */
function licenses(inputs) {
  const folders = new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined));
  const entries = [...folders].map((folder) => {
    const { name, version, license, author } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const id = typeof license === "string" ? license : license?.type;
    const note = unstated.get(`${name} ${version}`);
    if (!id && note !== undefined) return { title: `${name} ${version}`, text: note };
    if (!id) throw new BuildError(`${name} ${version} states no licence in its package.json.`);
    const known = id
      .replace(/[()]/g, "")
      .split(/ OR /)
      .some((one) => one.split(/ AND /).every((part) => permissive.has(part)));
    if (!known)
      throw new BuildError(`${name} ${version} is under ${id}, which scripts/build.mjs does not know as permissive.`);
    const files = readdirSync(join(root, folder))
      .filter((file) => /^((un)?licen[cs]e|copying|notice)/i.test(file))
      .sort();
    const holder = typeof author === "string" ? author : author?.name;
    if (files.length === 0 && !(id.startsWith("MIT") && holder))
      throw new BuildError(`${name} ${version} (${id}) ships no licence text to pass on.`);
    const texts =
      files.length === 0
        ? [`The package ships no licence text. By its package.json:\n\nCopyright (c) ${holder}\n\n${MIT}`]
        : files.map((file) => readFileSync(join(root, folder, file), "utf8"));
    const text = texts.map((one) => one.replaceAll("\r\n", "\n").trim()).join("\n\n");
    return { title: `${name} ${version} (${id})`, text };
  });
  const sorted = new Map(
    entries.map(({ title, text }) => [title, text]).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
  const rule = "-".repeat(80);
  const parts = [...sorted].map(([title, text]) => `${rule}\n${title}\n${rule}\n\n${text}\n`);
  return `Packages bundled into the files beside this one, with their licences.\n\n${parts.join("\n")}`;
}

async function make() {
  const made = await Promise.all(bundles.map(bundle));
  const text = licenses(made.flatMap(({ inputs }) => inputs));
  return new Map([...made.map(({ file, contents }) => [file, contents]), ["licenses.txt", Buffer.from(text)]]);
}

/** Names of the files in which dist/ and what was made differ. */
function differences(files) {
  const present = existsSync(dist) ? readdirSync(dist, { recursive: true, withFileTypes: true }) : [];
  const found = present.filter((item) => item.isFile()).map((item) => relative(dist, join(item.parentPath, item.name)));
  const stale = found.filter((file) => !files.has(file)).map((file) => `${file} (nothing makes it)`);
  const changed = [...files]
    .filter(([file]) => found.includes(file))
    .flatMap(([file, contents]) => {
      const old = readFileSync(join(dist, file));
      if (old.equals(contents)) return [];
      return [
        `${file} (${old.length} bytes in dist, ${contents.length} from src; first other line ${firstOther(old, contents)})`,
      ];
    });
  const missing = [...files.keys()].filter((file) => !found.includes(file)).map((file) => `${file} (missing)`);
  return [...stale, ...changed, ...missing];
}

function firstOther(a, b) {
  const [left, right] = [a, b].map((buffer) => buffer.toString("utf8").split("\n"));
  return left.findIndex((line, index) => line !== right[index]) + 1 || left.length + 1;
}

const { values } = parseArgs({ options: { check: { type: "boolean", default: false } } });
try {
  const files = await make();
  if (values.check) {
    const differ = differences(files);
    if (differ.length > 0) {
      throw new BuildError(
        `dist/ is not what src/ makes:\n  ${differ.join("\n  ")}\n  Next: npm run build, then commit dist/.`,
      );
    }
    console.log(`dist/ is what src/ makes (${files.size} files).`);
  } else {
    rmSync(dist, { recursive: true, force: true });
    mkdirSync(dist, { recursive: true });
    for (const [file, contents] of files) {
      writeFileSync(join(dist, file), contents);
      console.log(`dist/${file.padEnd(14)} ${(contents.length / 1024).toFixed(0).padStart(6)} KiB`);
    }
  }
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
}
