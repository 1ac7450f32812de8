/** Splits a byte stream into lines, however it is divided into chunks. */
import { StringDecoder } from "node:string_decoder";

export class LineOverflow extends Error {
  override readonly name = "LineOverflow";
}

export class LineSplitter {
  readonly #decoder = new StringDecoder("utf8");
  readonly #limit: number;
  #rest = "";

  /** `limit`: characters that a line may have, so that a peer which never ends its line cannot exhaust memory. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The lines that this chunk completes, without their ends (LF or CRLF). Throws LineOverflow. */
  push(piece: Buffer): readonly string[] {
    const lines = (this.#rest + this.#decoder.write(piece)).split("\n");
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > this.#limit || lines.some((line) => line.length > this.#limit)) {
      throw new LineOverflow(`a line is longer than ${this.#limit} characters`);
    }
    return lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  }
}
