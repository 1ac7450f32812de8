/** Progress for a person at a terminal, on standard error: standard output is for the report alone. */
import { inert } from "../domain/outside-text.ts";
import type { Log } from "../ports.ts";

export function createConsoleLog(options: { readonly debug: boolean }): Log {
  const secrets = new Set<string>();
  const clean = (line: string) => [...secrets].reduce((text, secret) => text.replaceAll(secret, "***"), line);
  const write = (line: string) => process.stderr.write(`${inert(clean(line))}\n`);
  let depth = 0;
  return {
    info: (line) => write(`${"  ".repeat(depth)}${line}`),
    warn: (line) => write(`${"  ".repeat(depth)}warning: ${line}`),
    debug: (line) => {
      if (options.debug) write(`${"  ".repeat(depth)}${line}`);
    },
    group: (title) => {
      write(`== ${title}`);
      depth = 1;
    },
    endGroup: () => {
      depth = 0;
    },
    mask: (secret) => {
      if (secret !== "") secrets.add(secret);
    },
  };
}
