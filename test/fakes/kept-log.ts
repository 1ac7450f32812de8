/** A log that keeps its lines for the test to read. */
import type { Log } from "../../src/ports.ts";

export interface KeptLog extends Log {
  readonly lines: string[];
}

export function keptLog(): KeptLog {
  const lines: string[] = [];
  const keep = (line: string) => {
    lines.push(line);
  };
  return { lines, info: keep, warn: keep, debug: keep, group: keep, endGroup() {}, mask() {} };
}
