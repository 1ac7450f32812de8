/** Texts in, one frozen object out, or an error that names the input, the value and the remedy. */
import { parseImageReference } from "./domain/image-reference.ts";
import { type SpecName, specNames } from "./domain/smi/kinds.ts";
import { ConfigurationError } from "./errors.ts";
import { type InputDefinition, type InputName, inputDefinitions } from "./input-definitions.ts";
import { parseMeshVersion } from "./mesh/version.ts";

export interface Inputs {
  readonly mesh: string | undefined;
  readonly meshVersion: string;
  readonly meshProfile: string | undefined;
  readonly allowUnknownVersion: boolean;
  readonly manifest: string | undefined;
  readonly chart: string | undefined;
  readonly chartVersion: string | undefined;
  readonly values: string | undefined;
  readonly images: readonly string[];
  readonly cluster: "kind" | "existing";
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

export type RawInputs = Readonly<Partial<Record<InputName, string>>>;

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
export function parseInputs(raw: RawInputs): Inputs {
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
        `"${value}" is not a ${whole ? "whole " : ""}number of ${unit} from ${low} to ${high}`,
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
  const mesh = optional("mesh");
  const meshProfile = optional("mesh-profile");
  if (mesh === undefined && meshProfile === undefined)
    bad("mesh", "it is required and empty", "Name the mesh to test, for example traefik-mesh.");
  if (optional("mesh-version") === undefined)
    bad("mesh-version", "it is required and empty", "Give the version to test, for example 1.4.8.");
  const meshVersion =
    optional("mesh-version") === undefined ? "" : check("", () => parseMeshVersion(text("mesh-version")));
  const cluster = text("cluster");
  if (cluster !== "kind" && cluster !== "existing")
    bad("cluster", `"${cluster}" is not a way to get a cluster`, "Give kind or existing.");
  const kubeconfig = optional("kubeconfig");
  if (cluster === "existing" && kubeconfig === undefined)
    bad("kubeconfig", "it is empty, and cluster is existing", "Give the path of the cluster's kubeconfig.");
  if (cluster === "kind" && kubeconfig !== undefined)
    bad(
      "kubeconfig",
      `"${kubeconfig}" is given, and cluster is kind`,
      "Set cluster to existing to use it, or leave kubeconfig empty.",
    );
  const manifest = optional("manifest");
  const chart = optional("chart");
  if (manifest !== undefined && chart !== undefined)
    bad("chart", `"${chart}" is given together with manifest`, "Give one of the two.");
  const specs = list("specs");
  for (const spec of specs)
    if (!(specNames as readonly string[]).includes(spec))
      bad("specs", `"${spec}" is not a spec`, `The specs are ${specNames.join(", ")}.`);
  const install = flag("install");
  if (cluster === "kind" && !install)
    bad(
      "install",
      "it is false, and cluster is kind",
      "A cluster that is created has no mesh: leave install true, or set cluster to existing.",
    );

  const inputs: Inputs = {
    mesh,
    meshVersion,
    meshProfile,
    allowUnknownVersion: flag("allow-unknown-version"),
    manifest,
    chart,
    chartVersion: optional("chart-version"),
    values: optional("values"),
    images: list("images").flatMap((name) => image("images", name) ?? []),
    cluster: cluster === "existing" ? "existing" : "kind",
    kubeconfig,
    install,
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
