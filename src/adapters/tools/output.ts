/** What a program prints, within limits: all of its standard output, and the last lines of its standard error. */
import { StringDecoder } from "node:string_decoder";
import type { ToolResult } from "../../ports.ts";

const MIB = 1024 * 1024;
/** Lines of standard error that are kept. */
const STDERR_LINES = 40;
/** Bytes of standard output; lists and versions, which is what we read there, have some KiB. */
const MAX_STDOUT_BYTES = 4 * MIB;
/** Characters of one line of standard error. */
const MAX_LINE_LENGTH = MIB;

export interface Output {
  readonly onStdout: (chunk: Buffer) => void;
  readonly onStderr: (chunk: Buffer) => void;
  /** What there was of both, once the program has ended. */
  end(): ToolResult;
}

/**
 * @param onLine is given each line of standard error as it comes; what it returns is kept.
 * @param onExcess is told what was too much; nothing after it is kept.
 */
export function createOutput(onLine: (line: string) => string, onExcess: (what: string) => void): Output {
  const stdout: Buffer[] = [];
  const tail: string[] = [];
  const decoder = new StringDecoder("utf8");
  let bytes = 0;
  let unfinished = "";
  let isFull = false;

  function excess(what: string): void {
    isFull = true;
    onExcess(what);
  }

  function keep(line: string): void {
    tail.push(onLine(line));
    if (tail.length > STDERR_LINES) tail.shift();
  }

  return {
    onStdout(chunk) {
      if (isFull) return;
      bytes += chunk.length;
      if (bytes > MAX_STDOUT_BYTES) return excess(`more than ${MAX_STDOUT_BYTES / MIB} MiB`);
      stdout.push(chunk);
    },
    onStderr(chunk) {
      if (isFull) return;
      const lines = (unfinished + decoder.write(chunk)).split(/\r?\n/);
      unfinished = lines.pop() ?? "";
      for (const line of lines) keep(line);
      if (unfinished.length > MAX_LINE_LENGTH) excess(`a line of more than ${MAX_LINE_LENGTH / MIB} MiB`);
    },
    end() {
      const last = unfinished + decoder.end();
      if (last !== "" && !isFull) keep(last);
      return { stdout: Buffer.concat(stdout).toString("utf8"), stderr: tail.join("\n") };
    },
  };
}
