/** What actions/attest does with its inputs before it signs. By itself: act copies this folder alone. */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";

const PREDICATE_LIMIT = 16 * 1024 * 1024;
const played = ["subject-path", "subject-digest", "subject-name", "predicate-type", "predicate", "predicate-path"];
const ignored = ["push-to-registry", "create-storage-record", "show-summary", "github-token"];

const input = (name: string) => (process.env[`INPUT_${name.toUpperCase()}`] ?? "").trim();

function refuseUnknown(): void {
  const declared: readonly string[] =
    readFileSync(join(import.meta.dirname, "action.yml"), "utf8").match(/^ {2}[a-z-]+(?=:)/gm) ?? [];
  for (const name of Object.keys(process.env).flatMap((one) => /^INPUT_(.+)$/.exec(one)?.[1]?.toLowerCase() ?? [])) {
    if (!declared.includes(`  ${name}`)) throw new Error(`unexpected input ${name}`);
    if (![...played, ...ignored].includes(name) && input(name) !== "") throw new Error(`${name} is not played`);
  }
}

function subject() {
  const [path, given] = [input("subject-path"), input("subject-digest")];
  if (path !== "" && given !== "") throw new Error("Only one of subject-path, subject-digest may be provided");
  if (given !== "") {
    const sha256 = /^sha256:([0-9a-f]{64})$/.exec(given)?.[1];
    if (sha256 === undefined) throw new Error("subject-digest must be in the format sha256:<hex-digest>");
    if (input("subject-name") === "") throw new Error("subject-name must be provided when using subject-digest");
    return { name: input("subject-name"), digest: { sha256 } };
  }
  if (path === "") throw new Error("One of subject-path, subject-digest, or subject-checksums must be provided");
  if (!statSync(path).isFile()) throw new Error(`Could not find subject at path ${path}`);
  const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");
  return { name: input("subject-name") || basename(path), digest: { sha256 } };
}

function predicate(): unknown {
  const [text, path] = [input("predicate"), input("predicate-path")];
  if ((text === "") === (path === "")) throw new Error("exactly one of predicate-path and predicate must be provided");
  if (path !== "" && statSync(path).size > PREDICATE_LIMIT) throw new Error("the predicate has more than 16 MB");
  return JSON.parse(path === "" ? text : readFileSync(path, "utf8"));
}

refuseUnknown();
const predicateType = new URL(input("predicate-type")).href;
const statement = {
  _type: "https://in-toto.io/Statement/v1",
  subject: [subject()],
  predicateType,
  predicate: predicate(),
};
console.log(`to be signed: ${JSON.stringify(statement)}`);
