/** Output of a process as the lines that it wrote, whatever pieces they come in. */
import type { Readable } from "node:stream";

/** Told of whole lines, each with its end, so that no stream breaks into a line of another; of a last one without, at its end. */
export function onWholeLines(streams: readonly Readable[], tell: (lines: string) => void): void {
  for (const stream of streams) {
    let rest = "";
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      const text = rest + chunk;
      const end = text.lastIndexOf("\n") + 1;
      rest = text.slice(end);
      if (end > 0) tell(text.slice(0, end));
    });
    stream.on("end", () => rest !== "" && tell(rest));
  }
}
