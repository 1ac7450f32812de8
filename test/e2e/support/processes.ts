/** Who is at work on this machine, read from /proc: Linux alone. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** Ids of the processes with such an argument, without their children: one that is being started still has its parent's. */
export async function processesWith(matches: (argument: string) => boolean): Promise<readonly number[]> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = new Map<number, number>();
  for (const id of ids) {
    const argv = (await text(id, "cmdline")).split("\0");
    if (argv.some(matches)) found.set(Number(id), parentIn(await text(id, "stat")));
  }
  return [...found].filter(([, parent]) => !found.has(parent)).map(([id]) => id);
}

/** Empty for a process that has just ended. */
function text(id: string, file: string): Promise<string> {
  return readFile(join("/proc", id, file), "utf8").catch(() => "");
}

/** The program's name, in parentheses, may itself hold spaces and parentheses. */
function parentIn(stat: string): number {
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}
