#!/usr/bin/env node
// Runs a script of this project under Node 24 with its dependencies in place, on a machine that may have
// neither: `node scripts/run.mjs FILE_OR_BIN [ARG ...]`. Plain JavaScript, no imports from node_modules, and
// nothing newer than Node 20, because this is what runs before either exists.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { constants, homedir } from "node:os";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const wanted = readFileSync(join(root, ".nvmrc"), "utf8").trim();
const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
const say = (line) => process.stderr.write(`${line}\n`);

/** npm that came with the Node that runs us; `npm_execpath` is set when npm started this script. */
function npm(args, cwd) {
  const cli = process.env.npm_execpath;
  const [command, first] = cli && basename(cli) === "npm-cli.js" ? [process.execPath, [cli]] : ["npm", []];
  const done = spawnSync(command, [...first, ...args], { cwd, stdio: ["ignore", 2, 2], env: process.env });
  if (done.status !== 0) {
    say(`error: "npm ${args.join(" ")}" failed in ${cwd} (exit ${done.status ?? done.error?.message}).`);
    say("  Next: check that npm reaches its registry (npm ping), then run the command again.");
    process.exit(3);
  }
}

/** The Node binary to use: this one if new enough, else the one from npm's node-<platform>-<arch> package. */
function node() {
  if (Number(process.versions.node.split(".")[0]) >= Number(wanted)) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "smi-conformance", `node-${wanted}`);
  const binary = join(cache, "node_modules", name, "bin", "node");
  if (!existsSync(binary)) {
    const spec = `${name}@${wanted}`;
    say(`Node ${process.versions.node} is older than ${wanted}: fetching ${spec} from npm, once (about 120 MB) ...`);
    npm(["install", "--prefix", cache, "--ignore-scripts", ...quiet, spec], root);
  }
  return binary;
}

/** npm writes node_modules/.package-lock.json last, so a copy older than the lock file means a stale tree. */
function dependencies() {
  const stamp = join(root, "node_modules", ".package-lock.json");
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(join(root, "package-lock.json")).mtimeMs) return;
  say("Installing the dependencies of this checkout (npm ci) ...");
  npm(["ci", ...quiet], root);
}

const [target, ...args] = process.argv.slice(2);
if (!target) {
  say("usage: node scripts/run.mjs FILE_OR_BIN [ARG ...]");
  process.exit(2);
}
dependencies();
const binary = node();
const file = /\.(mjs|ts)$/.test(target) ? join(root, target) : join(root, "node_modules", ".bin", target);
// Children that look for `node` on PATH (npm bins among them) must find the same one.
const env = { ...process.env, PATH: dirname(binary) + delimiter + (process.env.PATH ?? "") };
const child = spawn(binary, [file, ...args], { stdio: "inherit", env });
// In a terminal Ctrl-C goes to the whole group, the child included: passing it on would make it two. Elsewhere
// (a runner, a script) a signal is sent to us alone.
process.on("SIGINT", () => {
  if (!process.stdin.isTTY) child.kill("SIGINT");
});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("error", (error) => {
  say(`error: cannot start ${binary}: ${error.message}.`);
  say(`  Next: remove the folder ${dirname(binary)}, then run the command again.`);
  process.exit(3);
});
child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
