/** Texts in, one frozen object out, or an error that names the input, the value and the remedy. */
import {
  type ClusterKind,
  chooseCluster,
  clusterKinds,
  embeddedMistakes,
  REFERENCE_MESH,
  realMistakes,
} from "./cluster-choice.ts";
import { parseImageReference } from "./domain/image-reference.ts";
import { type SpecName, smiKinds, specNames } from "./domain/smi/kinds.ts";
import { ConfigurationError } from "./errors.ts";
import { type InputDefinition, type InputName, inputDefinitions, type RawInputs } from "./input-definitions.ts";
import { parseMeshVersion } from "./mesh/version.ts";

export type { RawInputs };

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
}

export interface Inputs {
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
  readonly nodeImage: string | undefined;
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
  /** As they were given, for the command that reproduces the run. */
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

/** @throws InputErrors with every mistake that shows without looking outside. */
export function parseInputs(raw: RawInputs, { suiteVersion, lookAround }: Circumstances): Inputs {
  const errors: ConfigurationError[] = [];
  const text = (name: InputName): string => (raw[name] ?? "").trim() || (definitions.get(name)?.default ?? "");
  const optional = (name: InputName): string | undefined => text(name) || undefined;
  const check = <T>(fallback: T, read: () => T): T => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      errors.push(error);
      return fallback;
    }
  };
  const bad = (name: InputName, problem: string, remedy: string) =>
    errors.push(new ConfigurationError(name, problem, remedy));
  const list = (name: InputName) =>
    text(name)
      .split(/[\s,]+/)
      .filter((item) => item !== "");
  const flag = (name: InputName): boolean => {
    const value = text(name).toLowerCase();
    if (value !== "true" && value !== "false")
      bad(name, `"${text(name)}" is neither true nor false`, "Give true or false.");
    return value === "true";
  };
  const number = (name: InputName, low: number, high: number, unit: string, whole = true): number | undefined => {
    const value = text(name);
    if (value === "") return undefined;
    const parsed = Number(value);
    if (!Number.isFinite(parsed) || parsed < low || parsed > high || (whole && !Number.isInteger(parsed)))
      bad(
        name,
        `"${value}" is not a ${whole ? "whole " : ""}number ${unit === "" ? "" : `of ${unit} `}from ${low} to ${high}`,
        `Give a number from ${low} to ${high}.`,
      );
    return parsed;
  };
  const image = (name: InputName, value: string | undefined): string | undefined => {
    if (value !== undefined && parseImageReference(value) === undefined)
      bad(
        name,
        `"${value}" is not an image reference`,
        "Give NAME[:TAG][@sha256:DIGEST], in lower case, for example kindest/node:v1.34.3.",
      );
    return value;
  };

  for (const name of Object.keys(raw))
    if (!definitions.has(name))
      bad(name as InputName, "there is no such input", `The inputs are ${[...definitions.keys()].join(", ")}.`);
  const chosen = chooseCluster(raw, lookAround);
  if (chosen === undefined)
    bad(
      "cluster",
      `"${text("cluster")}" is not a way to get a cluster`,
      `Give ${clusterKinds.join(", ")}, or nothing.`,
    );
  const cluster = chosen ?? "kind";
  const meshVersion =
    cluster === "embedded"
      ? suiteVersion
      : optional("mesh-version") === undefined
        ? ""
        : check("", () => parseMeshVersion(text("mesh-version")));
  errors.push(...(cluster === "embedded" ? embeddedMistakes(raw, suiteVersion) : realMistakes(raw, cluster)));
  const manifest = optional("manifest");
  const chart = optional("chart");
  if (manifest !== undefined && chart !== undefined)
    bad("chart", `"${chart}" is given together with manifest`, "Give one of the two.");
  const specs = list("specs");
  for (const spec of specs)
    if (!(specNames as readonly string[]).includes(spec))
      bad("specs", `"${spec}" is not a spec`, `The specs are ${specNames.join(", ")}.`);
  const [access = "", specsVersion = "", split = "", ...more] = list("smi-versions");
  const versions = optional("smi-versions") === undefined ? undefined : { access, specs: specsVersion, split };
  if (versions && (more.length > 0 || Object.values(versions).some((version) => !smiVersions.includes(version))))
    bad(
      "smi-versions",
      `"${text("smi-versions")}" is not a version of each of access, specs and split`,
      `Give three of ${smiVersions.join(", ")}, for example "v1alpha3 v1alpha4 v1alpha4".`,
    );
  const seed = number("seed", 0, MAX_SEED, "") ?? 1;

  const inputs: Inputs = {
    mesh: cluster === "embedded" ? REFERENCE_MESH : optional("mesh"),
    meshVersion,
    meshProfile: optional("mesh-profile"),
    allowUnknownVersion: flag("allow-unknown-version"),
    manifest,
    chart,
    chartVersion: optional("chart-version"),
    values: optional("values"),
    images: list("images").flatMap((name) => image("images", name) ?? []),
    cluster,
    embedded: cluster === "embedded" ? { mutant: optional("mutant"), versions, seed } : undefined,
    kubeconfig: optional("kubeconfig"),
    install: flag("install"),
    nodeImage: image("node-image", optional("node-image")),
    specs: specs as SpecName[],
    only: list("only"),
    skip: list("skip"),
    assertions: optional("assertions"),
    parallel: number("parallel", 1, 32, "cells"),
    propagationDeadlineMs: ((seconds) => (seconds === undefined ? undefined : seconds * 1000))(
      number("propagation-deadline", 0.5, 3600, "seconds", false),
    ),
    timeoutMs: (number("timeout", 10, 21_600, "seconds") ?? 1800) * 1000,
    appImage: image("app-image", optional("app-image")),
    appBaseImage: image("app-base-image", text("app-base-image")) ?? "",
    reportDir: text("report-dir"),
    keepCluster: flag("keep-cluster"),
    given: Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined && value.trim() !== "")),
  };
  if (errors.length > 0) throw new InputErrors(errors);
  return Object.freeze(inputs);
}
