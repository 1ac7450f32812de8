/** A kind program for tests: keeps clusters as folders, records how it was called, fails or hangs on request. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { newClusterName } from "../../src/adapters/kind/config.ts";
import { createKind } from "../../src/adapters/kind/kind.ts";
import { createTool } from "../../src/adapters/tools/process.ts";
import { recordingLog, testFolder, writeProgram } from "./fake-program.ts";
import { heldClock } from "./held-clock.ts";

export interface FakeKind {
  readonly path: string;
  /** Arguments and standard input of each call, in order. */
  calls(): Promise<readonly { readonly argv: readonly string[]; readonly input: string }[]>;
  /** Creates a cluster that nobody asked for. */
  plant(name: string): Promise<void>;
  clusters(): Promise<readonly string[]>;
  /** From now on `create` makes half a cluster, then prints this and fails, or hangs until its node is gone, or forever. */
  breakCreate(how: { readonly fail: string } | "hang" | "hang deaf"): Promise<void>;
  /** From now on every call prints this and fails. */
  breakAll(stderr: string): Promise<void>;
}

const SOURCE = `
const fs = require("node:fs"), path = require("node:path");
const home = path.dirname(process.argv[1]), argv = process.argv.slice(2);
const flag = (name) => argv[argv.indexOf(name) + 1];
const say = (text) => fs.writeSync(2, text + "\\n");
const die = (text) => { say(text); process.exit(1); };
const read = (file) => { try { return JSON.parse(fs.readFileSync(path.join(home, file), "utf8")); } catch {} };
const input = argv.includes("-") ? fs.readFileSync(0, "utf8") : "";
fs.appendFileSync(path.join(home, "calls"), JSON.stringify({ argv, input }) + "\\n");
const folder = (name) => path.join(home, "clusters", name);
fs.mkdirSync(path.join(home, "clusters"), { recursive: true });
const broken = read("broken.json");
if (broken) die(broken.stderr);
const name = flag("--name");
const known = () => fs.existsSync(folder(name)) || die('ERROR: no nodes found for cluster "' + name + '"');
switch (argv.slice(0, 2).join(" ")) {
  case "get clusters": {
    const names = fs.readdirSync(path.join(home, "clusters"));
    if (names.length === 0) say("No kind clusters found.");
    for (const one of names) console.log(one);
    break;
  }
  case "create cluster": {
    if (fs.existsSync(folder(name))) die('ERROR: failed to create cluster: node(s) already exist for a cluster with the name "' + name + '"');
    say('Creating cluster "' + name + '" ...');
    if (argv.includes("--image") && flag("--image").startsWith("127.0.0.1:1/")) die('ERROR: failed to create cluster: failed to pull image "' + flag("--image") + '": connection refused');
    say("Preparing nodes ...");
    fs.mkdirSync(folder(name));
    const how = read("create.json");
    if (how === "hang" || how === "hang deaf") {
      require("node:child_process").spawn("sleep", ["30"], { stdio: "ignore" });
      say("Starting control-plane ...");
      // Like kind: it ends when its node has gone, unless it is at something that needs no node.
      setInterval(() => how === "hang" && !fs.existsSync(folder(name)) && process.exit(1), 20);
    } else if (how) die(how.fail);
    else fs.writeFileSync(flag("--kubeconfig"), "apiVersion: v1\\nkind: Config\\ncurrent-context: kind-" + name + "\\n");
    break;
  }
  case "delete cluster":
    say('Deleting cluster "' + name + '" ...');
    fs.rmSync(folder(name), { recursive: true, force: true });
    break;
  case "load image-archive":
    if (!fs.existsSync(argv[2])) die("ERROR: stat " + argv[2] + ": no such file or directory");
    known();
    break;
  case "export logs":
    known();
    fs.mkdirSync(path.join(argv[2], name + "-control-plane"), { recursive: true });
    fs.writeFileSync(path.join(argv[2], name + "-control-plane", "kubelet.log"), "log");
    break;
  default: die("unknown command");
}`;

/** In a folder of the test's own, unless one is given that outlives the test. */
export async function fakeKind(home?: string): Promise<FakeKind> {
  return createFake(home ?? (await testFolder()));
}

async function createFake(home: string): Promise<FakeKind> {
  const path = await writeProgram(home, "kind", SOURCE);
  return {
    path,
    async calls() {
      const text = await readFile(join(home, "calls"), "utf8").catch(() => "");
      return text
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as { argv: string[]; input: string });
    },
    async plant(name) {
      await mkdir(join(home, "clusters", name), { recursive: true });
    },
    clusters: () => readdir(join(home, "clusters")).catch(() => []),
    breakCreate: (how) => writeFile(join(home, "create.json"), JSON.stringify(how)),
    breakAll: (stderr) => writeFile(join(home, "broken.json"), JSON.stringify({ stderr })),
  };
}

/** The kind adapter on a fake kind, with its time in the test's hands, and a cluster to create. */
export async function kindOnFake(deadlineMs = 60_000) {
  const [fake, stateFolder, log] = [await fakeKind(), await testFolder(), recordingLog()];
  const clock = heldClock();
  const tool = createTool({ log, clock });
  const kind = createKind({ tool, clock, log, kind: fake.path, stateFolder });
  const spec = { name: newClusterName(), nodeImage: undefined, deadlineMs };
  return { fake, stateFolder, log, clock, tool, kind, spec };
}
