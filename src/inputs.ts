/** Texts in, one frozen object out, or an error that names the input, the value and the remedy. */
import {
  type ClusterKind,
  chooseCluster,
  clusterKinds,
  embeddedMistakes,
  REFERENCE_MESH,
  realMistakes,
} from "./cluster-choice.ts";
import { type SpecName, smiKinds, specNames } from "./domain/smi/kinds.ts";
import type { ConfigurationError } from "./errors.ts";
import { type InputDefinition, type InputName, inputDefinitions, type RawInputs } from "./input-definitions.ts";
import { type GateInputs, readGateInputs } from "./inputs/gate.ts";
import { type PublishInputs, readPublishInputs, workflowOnly } from "./inputs/publish.ts";
import { createInputReader, type InputReader } from "./inputs/reader.ts";
import { type NodeInputs, readNodeInputs, readSelectionInputs, type SelectionInputs } from "./inputs/run.ts";
import { parseMeshVersion } from "./mesh/version.ts";

export type { GateInputs, PublishInputs, RawInputs };

/** What the embedded cluster is to be like. */
export interface EmbeddedInputs {
  /** Name of the fault in its reference mesh; whether there is one of that name is not known here. */
  readonly mutant: string | undefined;
  /**
   * Served version of each spec, for example `v1alpha4`; whether they go together is not known here. Undefined: the
   * newest, or those that show the mutant.
   */
  readonly versions: { readonly access: string; readonly specs: string; readonly split: string } | undefined;
  readonly seed: number;
  readonly wire: (typeof wires)[number];
}

export interface Inputs extends NodeInputs, SelectionInputs {
  readonly mesh: string | undefined;
  /** Of the suite itself where the mesh is the reference mesh. */
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
   * As they were given, for the command that reproduces the run: without what only makes sense in the workflow, the token
   * above all, and without the defaults, which a workflow's runner gives as if they were asked for.
   */
  readonly given: Readonly<Partial<Record<InputName, string>>>;
}

/** What the inputs alone do not say. */
export interface Circumstances {
  /** MAJOR.MINOR.PATCH of this suite, which the reference mesh is a part of. */
  readonly suiteVersion: string;
  /** Whether inputs that name nothing mean a look at the embedded cluster; else a mesh has to be named. */
  readonly lookAround: boolean;
}

const smiVersions: readonly string[] = smiKinds.TrafficTarget.versions;
const wires = ["memory", "sockets"] as const;
const MAX_SEED = 2 ** 32 - 1;

const definitions: ReadonlyMap<string, InputDefinition> = new Map(inputDefinitions.map((d) => [d.name, d]));

/** All that is wrong with the inputs at once: each is its own error. */
export class InputErrors extends AggregateError {
  override readonly name = "InputErrors";
  override readonly errors: ConfigurationError[];
  constructor(errors: readonly ConfigurationError[]) {
    super(errors, errors.map((e) => e.message).join("; "));
    this.errors = [...errors];
  }
}

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

function readEmbedded(read: InputReader): EmbeddedInputs {
  const [access = "", specs = "", split = "", ...more] = read.list("smi-versions");
  const versions = read.optional("smi-versions") === undefined ? undefined : { access, specs, split };
  if (versions && (more.length > 0 || Object.values(versions).some((version) => !smiVersions.includes(version))))
    read.note(
      "smi-versions",
      `"${read.text("smi-versions")}" is not a version of each of access, specs and split`,
      `Give three of ${smiVersions.join(", ")}, for example "v1alpha3 v1alpha4 v1alpha4".`,
    );
  return {
    mutant: read.optional("mutant"),
    versions,
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

/** @throws InputErrors with every mistake that shows without looking outside. */
export function parseInputs(raw: RawInputs, { suiteVersion, lookAround }: Circumstances): Inputs {
  const read = createInputReader(raw);
  const chosen = chooseCluster(raw, lookAround);
  if (chosen === undefined)
    read.note(
      "cluster",
      `"${read.text("cluster")}" is not a way to get a cluster`,
      `Give ${clusterKinds.join(", ")}, or nothing.`,
    );
  const cluster = chosen ?? "kind";
  const ownVersion = read.optional("mesh-version");
  const meshVersion =
    cluster === "embedded"
      ? suiteVersion
      : ownVersion === undefined
        ? ""
        : read.check("", () => parseMeshVersion(ownVersion));
  read.add(cluster === "embedded" ? embeddedMistakes(raw, suiteVersion) : realMistakes(raw, cluster));
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
    embedded: cluster === "embedded" ? embedded : undefined,
    kubeconfig: read.optional("kubeconfig"),
    install: read.flag("install"),
    ...readNodeInputs(read, cluster),
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
  if (read.errors.length > 0) throw new InputErrors(read.errors);
  return Object.freeze(inputs);
}
