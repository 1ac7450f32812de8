/**
 * The fake GitHub as a program, for a run that another process drives. Prints its address as one line and serves until it is
 * ended. GET /_fake/state gives what it took; POST /_fake/faults takes a JSON list of faults for the coming requests.
 *
 * github-server.ts [--repository owner/name] [--commit SHA]... [--token NAME=write|read]...
 */
import { parseArgs } from "node:util";
import { type Access, startFakeGitHub } from "./github.ts";

const { values } = parseArgs({
  options: {
    repository: { type: "string" },
    commit: { type: "string", multiple: true },
    token: { type: "string", multiple: true },
  },
});
const tokens = values.token?.map((entry): readonly [string, Access] => {
  const [, name, access] = /^(.+)=(write|read)$/.exec(entry) ?? [];
  if (name === undefined) throw new Error(`--token ${entry}: write it as NAME=write or NAME=read`);
  return [name, access as Access];
});
const github = await startFakeGitHub({
  ...(values.repository === undefined ? {} : { repository: values.repository }),
  ...(values.commit === undefined ? {} : { commits: values.commit }),
  ...(tokens === undefined ? {} : { tokens: Object.fromEntries(tokens) }),
});
process.stdout.write(`${github.url}\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void github.close().then(() => process.exit(0)));
