/** What the cluster is created from, and which of the assertions are run and how often. */
import { kubernetesVersions, nodeImageOf } from "../domain/kubernetes/node-images.ts";
import { parseShard, type Shard } from "../domain/report/shard.ts";
import type { InputReader } from "./reader.ts";

export interface NodeInputs {
  /** MAJOR.MINOR or MAJOR.MINOR.PATCH as given, without a leading v. */
  readonly kubernetesVersion: string | undefined;
  /** From kubernetes-version or node-image; undefined for kind's own default. */
  readonly nodeImage: string | undefined;
  /** Path of a kind configuration. */
  readonly kindConfig: string | undefined;
}

export function readNodeInputs(read: InputReader): NodeInputs {
  const given = read.image("node-image", read.optional("node-image"));
  const version = read.optional("kubernetes-version");
  const known = version === undefined ? undefined : nodeImageOf(version);
  if (version !== undefined && known === undefined)
    read.note(
      "kubernetes-version",
      `no node image of "${version}" is known`,
      `Give one of ${kubernetesVersions.join(", ")} (or its MAJOR.MINOR), or leave it empty and give node-image.`,
    );
  else if (version !== undefined && given !== undefined)
    read.note("kubernetes-version", `"${version}" is given together with node-image`, "Give one of the two.");
  return {
    kubernetesVersion: version?.replace(/^v/, ""),
    nodeImage: given ?? known,
    kindConfig: read.optional("kind-config"),
  };
}

export interface SelectionInputs {
  /** How often each assertion is run, 1 to 20. */
  readonly repeat: number;
  readonly shard: Shard | undefined;
  readonly evidence: "failures" | "none";
}

export function readSelectionInputs(read: InputReader): SelectionInputs {
  const shard = read.optional("shard");
  const parsed = shard === undefined ? undefined : parseShard(shard);
  if (shard !== undefined && parsed === undefined)
    read.note("shard", `"${shard}" is not a shard`, "Give NUMBER/ALL, for example 2/4 for the second of four.");
  return {
    repeat: read.number("repeat", { low: 1, high: 20, unit: "runs" }) ?? 1,
    shard: parsed,
    evidence: read.choice("evidence", ["failures", "none"]),
  };
}
