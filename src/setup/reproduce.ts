/** The command that runs everything again, for the report. */
import { withoutUserInfo } from "../domain/outside-text.ts";
import type { Inputs } from "../inputs/inputs.ts";

/** For a POSIX shell. */
const quote = (value: string) => (/^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`);

/** `npm run conformance -- …` with the inputs as they were given. */
export function reproduceCommand(inputs: Pick<Inputs, "embedded" | "given">): string {
  // By name, whatever made it the cluster of this run, and with the seed that was the default.
  const embedded = inputs.embedded && { cluster: "embedded", seed: String(inputs.embedded.seed) };
  return [
    "npm run conformance --",
    ...Object.entries({ ...inputs.given, ...embedded }).map(
      ([name, value]) => `--${name} ${quote(withoutUserInfo(value))}`,
    ),
  ].join(" ");
}
