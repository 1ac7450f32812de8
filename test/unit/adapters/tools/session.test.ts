import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { inOwnSession } from "../../../../src/adapters/tools/session.ts";

/** Process id, process group and session of the program that runs it, from the words before it. */
const IDS = 'ps -o pid=,pgid=,sid= -p $$; printf "%s\\n" "$@"; exit 7';

// Both are tried wherever the tests run: a Linux machine has Perl as well.
it.each(["linux", "darwin"] as const)(
  "makes a program the leader of a session, in its own process (%s)",
  (platform) => {
    const [launcher, ...args] = inOwnSession(platform);
    const { stdout, status, pid } = spawnSync(launcher, [...args, "sh", "-c", IDS, "sh", "two words", "$HOME", ""], {
      encoding: "utf8",
    });
    const [ids = "", ...words] = stdout.split("\n");
    expect(ids.trim().split(/\s+/).map(Number)).toEqual([pid, pid, pid]);
    expect(words).toEqual(["two words", "$HOME", "", ""]);
    expect(status).toBe(7);
  },
);

it.each(["linux", "darwin"] as const)("says so where the program cannot be run (%s)", (platform) => {
  const [launcher, ...args] = inOwnSession(platform);
  const { stderr, status } = spawnSync(launcher, [...args, "/nowhere/kind"], { encoding: "utf8" });
  expect(stderr).toContain("No such file or directory");
  expect(status).not.toBe(0);
});
