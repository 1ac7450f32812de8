// Everything that can be said of this checkout without a cluster, but for dist/ (npm run build -- --check).
//   node scripts/check.mjs               all steps, at once
//   node scripts/check.mjs --no-tests    without the unit tests, for who runs `npm test` besides
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";

const root = resolve(import.meta.dirname, "..");
const path = [join(root, "node_modules", ".bin"), process.env.PATH ?? ""].join(delimiter);

/** A program as a step: passed when it exits with 0. */
const program = (command, ...args) => {
  return () =>
    new Promise((done) => {
      const child = spawn(command, args, {
        cwd: root,
        env: { ...process.env, PATH: path },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (text) => (output += text));
      child.on("error", (error) => done({ passed: false, output: error.message }));
      child.on("close", (code, signal) => done({ passed: code === 0, output: output || `exit ${code ?? signal}` }));
    });
};

/** Lines that a source file may have, and an entry point: a longer one holds two ideas. */
const LONGEST = { source: 250, entry: 60 };

/** What names, places and lengths must be, since other rules lean on them. */
function fileNames() {
  const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
  const catchAll = /^(utils?|helpers?|common|misc)(\.|$)/;
  const rules = readFileSync(join(root, "biome.rooms.json"), "utf8");
  const files = ["src", "test", "scripts", "assertions", "meshes"]
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap(filesIn);
  const problems = files.flatMap((file) => {
    const parts = file.split("/");
    const found = [];
    const odd = parts.find((part) => !kebab.test(part) && part !== "README.md");
    if (odd) found.push(`"${odd}" is not in kebab-case`);
    if (parts.some((part) => catchAll.test(part))) found.push("names nothing: call it by what it is about");
    const folders = parts.slice(1, -1);
    const ruled = [0, 1, 2].some((below) => {
      const room = folders.slice(0, folders.length - below);
      return room.length > 0 && rules.includes(`"src/${[...room, ...Array(below).fill("*")].join("/")}/*.ts"`);
    });
    const entry = folders.length === 0 && parts[1] !== "ports.ts" && parts[1] !== "errors.ts";
    const longest = entry ? LONGEST.entry : LONGEST.source;
    const lines = parts[0] === "src" ? readFileSync(join(root, file), "utf8").split("\n").length - 1 : 0;
    if (lines > longest) found.push(`${lines} lines, of ${longest} that it may have: part it by its ideas`);
    if (parts[0] === "src" && folders.length > 0 && !ruled)
      found.push("no room of scripts/rooms.ts has it: who it may import is not said");
    if (/\.(test|spec)\.[cm]?[jt]s$/.test(file) && !/^test\/(unit|contract|e2e)\/.*\.test\.ts$/.test(file)) {
      found.push("no project of vitest.config.ts runs it");
    }
    return found.map((problem) => `${file}: ${problem}`);
  });
  return { passed: problems.length === 0, output: problems.join("\n") };
}

/** The lab is laid out like the machine that it makes. */
function filesIn(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith("test/lab/"));
}

const { values } = parseArgs({ options: { "no-tests": { type: "boolean", default: false } } });
const steps = [
  ["files", fileNames],
  ["types", program("tsc", "--noEmit")],
  [
    "lint and format",
    program("biome", "check", "--error-on-warnings", "--diagnostic-level=warn", "--max-diagnostics=100"),
    true,
    "most of it mends itself: npx biome check --write",
  ],
  [
    "generated files",
    program(process.execPath, "scripts/generate.ts", "--check"),
    existsSync(join(root, "scripts/generate.ts")),
    "npm run generate, then look at what changed",
  ],
  ["kill matrix", program(process.execPath, "scripts/mutants.ts", "--recorded", "--check")],
  ["unit tests", program("vitest", "run", "--project", "unit*"), !values["no-tests"]],
];
const results = await Promise.all(
  steps.map(async ([name, run, wanted = true, next]) => {
    if (!wanted) {
      console.log(`none  ${name}`);
      return true;
    }
    const start = performance.now();
    const { passed, output } = await run();
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${passed ? "ok  " : "FAIL"}  ${name.padEnd(16)} ${seconds.padStart(5)} s`);
    if (!passed) console.log(output.trimEnd().replace(/^/gm, "      "));
    if (!passed && next) console.log(`      Next: ${next}`);
    return passed;
  }),
);
const failed = results.filter((passed) => !passed).length;
if (failed > 0) {
  console.log(`${failed} of ${steps.length} steps failed.`);
  process.exitCode = 1;
}
