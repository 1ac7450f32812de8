/** Texts in, one frozen object out, and with it each mistake that shows in the texts: the input, the value and the remedy. */

import { type SpecName, specNames } from "../domain/smi/kinds.ts";
import type { ConfigurationError } from "../errors.ts";
import { parseMeshVersion } from "../mesh/version.ts";
import { clusterMistakes } from "./cluster-inputs.ts";
import { type ClusterKind, chooseCluster, clusterKinds, REFERENCE_MESH } from "./cluster-kind.ts";
import { type InputName, inputDefinitions, type RawInputs } from "./definitions/index.ts";
import { type Doubtful, nothingDoubtful } from "./doubtful.ts";
import { type EmbeddedInputs, readEmbeddedInputs } from "./embedded.ts";
import { type GateInputs, readGateInputs } from "./gate.ts";
import { asked } from "./given.ts";
import { type PublishInputs, readPublishInputs, workflowOnly } from "./publish.ts";
import { createInputReader, type InputReader } from "./reader.ts";
import { type NodeInputs, readNodeInputs, readSelectionInputs, type SelectionInputs } from "./run.ts";

export type { EmbeddedInputs, GateInputs, PublishInputs, RawInputs };

export interface Inputs extends NodeInputs, SelectionInputs {
  readonly mesh: string | undefined;
  /** That of the suite where the mesh is the reference mesh. */
  readonly meshVersion: string;
  readonly meshProfile: string | undefined;
  readonly allowUnknownVersion: boolean;
  readonly manifest: string | undefined;
  readonly chart: string | undefined;
  readonly chartVersion: string | undefined;
  readonly values: string | undefined;
  readonly images: readonly string[];
  readonly cluster: ClusterKind;
  /** Present where cluster is embedded. */
  readonly embedded: EmbeddedInputs | undefined;
  readonly kubeconfig: string | undefined;
  readonly install: boolean;
  readonly specs: readonly SpecName[];
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly assertions: string | undefined;
  readonly parallel: number | undefined;
  readonly propagationDeadlineMs: number | undefined;
  readonly timeoutMs: number;
  readonly appImage: string | undefined;
  readonly appBaseImage: string;
  readonly reportDir: string;
  readonly keepCluster: boolean;
  readonly gate: GateInputs;
  readonly publish: PublishInputs;
  /**
   * As they were given, for the command that reproduces the run: without what only makes sense in the workflow, above all
   * the token, and without the defaults, which the runner of a workflow passes on as if they were given.
   */
  readonly given: Readonly<Partial<Record<InputName, string>>>;
}

/** What the inputs depend on besides themselves. */
export interface Circumstances {
  /** MAJOR.MINOR.PATCH of this suite, and so of the reference mesh. */
  readonly suiteVersion: string;
  /** Whether inputs that name nothing mean a run on the embedded cluster; otherwise a mesh has to be named. */
  readonly lookAround: boolean;
  /** Left open by mistakes in the command line; nothing where it is left out. */
  readonly doubtful?: Doubtful;
}

const without = (raw: RawInputs, names: ReadonlySet<string>): RawInputs =>
  Object.fromEntries(Object.entries(raw).filter(([name]) => !names.has(name)));

function givenOf(raw: RawInputs): Inputs["given"] {
  const names = (Object.keys(raw) as InputName[]).filter((name) => !workflowOnly.has(name));
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = asked(raw, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function readSpecs(read: InputReader): readonly SpecName[] {
  const specs = read.list("specs");
  for (const spec of specs)
    if (!(specNames as readonly string[]).includes(spec))
      read.note("specs", `"${spec}" is not a spec`, `The specs are ${specNames.join(", ")}.`);
  return specs as readonly SpecName[];
}

/** What the texts say. The value of an input with a mistake is a placeholder: look at the mistakes first. */
export interface ReadInputs {
  readonly inputs: Inputs;
  /** Every mistake that shows in the texts alone. */
  readonly errors: readonly ConfigurationError[];
}

function readMeshVersion(read: InputReader): string {
  const text = read.optional("mesh-version");
  return text === undefined ? "" : read.check("", () => parseMeshVersion(text));
}

export function readInputs(
  raw: RawInputs,
  { suiteVersion, lookAround, doubtful = nothingDoubtful }: Circumstances,
): ReadInputs {
  const chosen = chooseCluster(raw, lookAround);
  // Nothing is known of what a cluster lacks whose name is wrong.
  const misplaced = (chosen === undefined || doubtful.cluster ? [] : clusterMistakes(chosen, raw, suiteVersion)).filter(
    ({ input }) => !doubtful.inputs.has(input),
  );
  // An input that has no effect on that cluster is one mistake: its value is not looked at.
  const read = createInputReader(without(raw, new Set(misplaced.map(({ input }) => input))), inputDefinitions);
  read.add(misplaced);
  if (chosen === undefined)
    read.note(
      "cluster",
      `"${read.text("cluster")}" is not a kind of cluster`,
      `Give ${clusterKinds.join(", ")}, or leave it empty.`,
    );
  const cluster = chosen ?? "kind";
  const meshVersion = cluster === "embedded" ? suiteVersion : readMeshVersion(read);
  const manifest = read.optional("manifest");
  const chart = read.optional("chart");
  if (manifest !== undefined && chart !== undefined)
    read.note("chart", `"${chart}" is given together with manifest`, "Give one of the two.");
  const deadlineS = read.number("propagation-deadline", { low: 0.5, high: 3600, unit: "seconds", fraction: true });
  const embedded = readEmbeddedInputs(read);
  const publish = readPublishInputs(read);

  const inputs: Inputs = {
    mesh: cluster === "embedded" ? REFERENCE_MESH : read.optional("mesh"),
    meshVersion,
    meshProfile: read.optional("mesh-profile"),
    allowUnknownVersion: read.flag("allow-unknown-version"),
    manifest,
    chart,
    chartVersion: read.optional("chart-version"),
    values: read.optional("values"),
    images: read.list("images").flatMap((name) => read.image("images", name) ?? []),
    cluster,
    // Also where the name of the cluster is wrong: an unknown mutant is invalid on every cluster.
    embedded: chosen === "embedded" || chosen === undefined ? embedded : undefined,
    kubeconfig: read.optional("kubeconfig"),
    install: read.flag("install"),
    ...readNodeInputs(read),
    specs: readSpecs(read),
    only: read.list("only"),
    skip: read.list("skip"),
    assertions: read.optional("assertions"),
    ...readSelectionInputs(read),
    parallel: read.number("parallel", { low: 1, high: 32, unit: "cells" }),
    propagationDeadlineMs: deadlineS === undefined ? undefined : deadlineS * 1000,
    timeoutMs: (read.number("timeout", { low: 10, high: 21_600, unit: "seconds" }) ?? 1800) * 1000,
    appImage: read.image("app-image", read.optional("app-image")),
    appBaseImage: read.image("app-base-image", read.text("app-base-image")) ?? "",
    reportDir: read.text("report-dir"),
    keepCluster: read.flag("keep-cluster"),
    gate: Object.freeze(readGateInputs(read, publish.token !== undefined)),
    publish: Object.freeze(publish),
    given: Object.freeze(givenOf(raw)),
  };
  return { inputs: Object.freeze(inputs), errors: read.errors };
}
