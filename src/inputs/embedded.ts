/** What the embedded cluster is like. */
import type { InputReader } from "./reader.ts";
import { parseVersionOfEach, type VersionOfEach } from "./smi-versions.ts";

const wires = ["memory", "sockets"] as const;
const MAX_SEED = 2 ** 32 - 1;

export interface EmbeddedInputs {
  /** Name of the fault in its reference mesh; whether it exists is not known here. */
  readonly mutant: string | undefined;
  /** To serve; whether they are compatible is not known here. Undefined: the newest, or those in which the mutant shows. */
  readonly versions: VersionOfEach | undefined;
  /** Random seed of the reference mesh, a 32-bit number. */
  readonly seed: number;
  readonly wire: (typeof wires)[number];
}

export function readEmbeddedInputs(read: InputReader): EmbeddedInputs {
  const versions = read.optional("smi-versions");
  return {
    mutant: read.optional("mutant"),
    versions:
      versions === undefined ? undefined : read.check(undefined, () => parseVersionOfEach("smi-versions", versions)),
    seed: read.number("seed", { low: 0, high: MAX_SEED }) ?? 1,
    wire: read.optional("wire") === undefined ? "memory" : read.choice("wire", wires),
  };
}
