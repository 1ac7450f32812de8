// Gives every reader of what others wrote many more inputs than the unit tests do: `npm run fuzz`, or `npm run fuzz -- 5000`.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const runs = process.argv[2] ?? "100000";
if (!/^[1-9]\d{0,8}$/.test(runs)) {
  process.stderr.write(
    `error: "${runs}" is not a number of inputs.\n  Next: give a whole number, or none for 100000.\n`,
  );
  process.exit(2);
}
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const { status } = spawnSync(process.execPath, [vitest, "run", "--project", "unit", "test/unit/readers/fuzz.test.ts"], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, SMI_FUZZ_RUNS: runs },
});
process.exit(status ?? 1);
