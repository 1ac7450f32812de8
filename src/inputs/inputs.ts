/** Texts in, one frozen object out, and with it each mistake that shows in the texts: the input, the value and the remedy. */

import { type SpecName, specNames } from "../domain/smi/kinds.ts";
import type { ConfigurationError } from "../errors.ts";
import { parseMeshVersion } from "../mesh/version.ts";
import {
  type ClusterKind,
  chooseCluster,
  clusterKinds,
  embeddedMistakes,
  REFERENCE_MESH,
  realMistakes,
} from "./cluster-kind.ts";
import { type InputDefinition, type InputName, inputDefinitions, type RawInputs } from "./definitions/index.ts";
import { type GateInputs, readGateInputs } from "./gate.ts";
import { type PublishInputs, readPublishInputs, workflowOnly } from "./publish.ts";
import { createInputReader, type InputReader } from "./reader.ts";
import { type NodeInputs, readNodeInputs, readSelectionInputs, type SelectionInputs } from "./run.ts";
import { parseVersionOfEach, type VersionOfEach } from "./smi-versions.ts";

export type { GateInputs, PublishInputs, RawInputs };

/** What the embedded cluster is like. */
export interface EmbeddedInputs {
  /** Name of the fault in its reference mesh; whether it exists is not known here. */
  readonly mutant: string | undefined;
  /**
   * Version of each spec to serve, for example `v1alpha4`; whether they are compatible is not known here. Undefined: the
   * newest, or those in which the mutant shows.
   */
  readonly versions: VersionOfEach | undefined;
  readonly seed: number;
  readonly wire: (typeof wires)[number];
}

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
}

const wires = ["memory", "sockets"] as const;
const MAX_SEED = 2 ** 32 - 1;

const definitions: ReadonlyMap<string, InputDefinition> = new Map(inputDefinitions.map((d) => [d.name, d]));

const without = (raw: RawInputs, names: ReadonlySet<string>): RawInputs =>
  Object.fromEntries(Object.entries(raw).filter(([name]) => !names.has(name)));

function givenOf(raw: RawInputs): Inputs["given"] {
  return Object.fromEntries(
    Object.entries(raw).filter(
      ([name, value]) =>
        value !== undefined &&
        value.trim() !== "" &&
        value.trim() !== definitions.get(name)?.default &&
        !workflowOnly.has(name as InputName),
    ),
  );
}

function readVersions(read: InputReader): EmbeddedInputs["versions"] {
  const text = read.optional("smi-versions");
  return text === undefined ? undefined : read.check(undefined, () => parseVersionOfEach("smi-versions", text));
}

function readEmbedded(read: InputReader): EmbeddedInputs {
  return {
    mutant: read.optional("mutant"),
    versions: readVersions(read),
    seed: read.number("seed", { low: 0, high: MAX_SEED }) ?? 1,
    wire: read.optional("wire") === undefined ? "memory" : read.choice("wire", wires),
  };
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

/** What is wrong with the inputs on the cluster that was chosen; nothing where none was. */
function mistakesOn(cluster: ClusterKind | undefined, raw: RawInputs, suiteVersion: string) {
  if (cluster === undefined) return [];
  return cluster === "embedded" ? embeddedMistakes(raw, suiteVersion) : realMistakes(raw, cluster);
}

function readMeshVersion(read: InputReader): string {
  const text = read.optional("mesh-version");
  return text === undefined ? "" : read.check("", () => parseMeshVersion(text));
}

export function readInputs(raw: RawInputs, { suiteVersion, lookAround }: Circumstances): ReadInputs {
  const chosen = chooseCluster(raw, lookAround);
  const misplaced = mistakesOn(chosen, raw, suiteVersion);
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
  const embedded = readEmbedded(read);
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
