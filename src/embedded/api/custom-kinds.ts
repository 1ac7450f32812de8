/** CustomResourceDefinitions: their own checks, defaults and status, and the kind that each one adds. */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import { type SmiKind, type SmiKindName, smiKinds } from "../../domain/smi/kinds.ts";
import type { ApiFaults } from "../mutants/faults.ts";
import { at, isMap, type Json } from "./plain-data.ts";
import { invalidValue, required } from "./refusal.ts";
import type { Resource } from "./resource.ts";
import type { Schema } from "./schema.ts";

export interface DefinitionVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly schema: { readonly openAPIV3Schema: Schema };
  readonly subresources?: { readonly status?: unknown };
  readonly [field: string]: unknown;
}

export interface DefinitionSpec {
  readonly group: string;
  readonly scope: "Namespaced" | "Cluster";
  readonly names: {
    readonly kind: string;
    readonly plural: string;
    readonly singular: string;
    readonly listKind: string;
    readonly shortNames?: readonly string[];
  };
  readonly versions: readonly DefinitionVersion[];
  readonly conversion?: { readonly strategy: "None" | "Webhook"; readonly [field: string]: unknown };
}

/** As the server reads it: names and conversion completed. Only of a definition that has been checked. */
export const definitionSpec = (definition: KubernetesObject): DefinitionSpec => definition.spec as DefinitionSpec;

export const isSmiGroup = (group: unknown): boolean => typeof group === "string" && group.endsWith(".smi-spec.io");

/** Causes of an Invalid (apiextensions `pkg/apis/apiextensions/validation`), as far as a hand-written definition can fall foul of them. */
export function definitionFaults(definition: KubernetesObject): readonly string[] {
  const { spec } = definition;
  const group = at(spec, "group");
  const plural = at(spec, "names", "plural");
  const scope = at(spec, "scope");
  const versions = at(spec, "versions");
  const list = Array.isArray(versions) ? versions.filter(isMap) : [];
  const faults: string[] = [];
  if (typeof group !== "string") faults.push(required("spec.group"));
  if (typeof plural !== "string") faults.push(required("spec.names.plural"));
  if (typeof at(spec, "names", "kind") !== "string") faults.push(required("spec.names.kind"));
  if (scope !== "Namespaced" && scope !== "Cluster")
    faults.push(
      scope === undefined
        ? required("spec.scope")
        : `spec.scope: Unsupported value: ${JSON.stringify(scope)}: supported values: "Cluster", "Namespaced"`,
    );
  if (faults.length === 0 && definition.metadata.name !== `${plural}.${group}`)
    faults.push(invalidValue("metadata.name", definition.metadata.name, 'must be spec.names.plural+"."+spec.group'));
  if (list.filter(({ storage }) => storage === true).length !== 1)
    faults.push(invalidValue("spec.versions", versions, "must have exactly one version marked as storage version"));
  for (const [index, version] of list.entries())
    if (!isMap(at(version, "schema", "openAPIV3Schema")))
      faults.push(required(`spec.versions[${index}].schema.openAPIV3Schema`, "schemas are required"));
  return faults;
}

/** The definition with what the server completes. */
export function withDefinitionDefaults(definition: KubernetesObject): KubernetesObject {
  const spec = isMap(definition.spec) ? definition.spec : {};
  const names = isMap(spec.names) ? spec.names : {};
  const kind = String(names.kind ?? "");
  return {
    ...definition,
    spec: {
      conversion: { strategy: "None" },
      ...spec,
      names: { singular: kind.toLowerCase(), listKind: `${kind}List`, ...names },
    },
  };
}

/** The status that the server gives a definition, at once; `old` is what it was before. */
export function definitionStatus(
  definition: KubernetesObject,
  old: KubernetesObject | undefined,
  now: string,
  faults: ApiFaults,
): Json {
  const { group, names, versions } = definitionSpec(definition);
  const stored = at(old, "status", "storedVersions");
  const storage = versions.find((version) => version.storage)?.name;
  const before = Array.isArray(stored) ? stored : [];
  const clash = isSmiGroup(group) && faults.crdNamesNotAccepted === names.kind;
  const was = at(old, "status", "conditions");
  const condition = (type: string, reason: string, message: string) => {
    const status = clash ? "False" : "True";
    const same = Array.isArray(was) ? was.find((c) => at(c, "type") === type && at(c, "status") === status) : undefined;
    return { type, status, reason, message, lastTransitionTime: at(same, "lastTransitionTime") ?? now };
  };
  return {
    acceptedNames: clash ? { plural: "", kind: "" } : names,
    storedVersions: before.includes(storage) ? before : [...before, storage],
    conditions: clash
      ? [
          condition(
            "NamesAccepted",
            "ShortNamesConflict",
            `${JSON.stringify(names.shortNames?.[0])} is already in use`,
          ),
          condition("Established", "NotAccepted", "not all names are accepted"),
        ]
      : [
          condition("NamesAccepted", "NoConflicts", "no conflicts found"),
          condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
        ],
  };
}

/** Versions of the specification that a definition of an SMI kind leaves out, as though each were the stored one. */
function unserved(kind: string, versions: readonly DefinitionVersion[]): readonly DefinitionVersion[] {
  const known: SmiKind | undefined = smiKinds[kind as SmiKindName];
  const left = (known?.versions ?? []).filter((version) => !versions.some(({ name }) => name === version));
  return versions.filter(({ storage }) => storage).flatMap((stored) => left.map((name) => ({ ...stored, name })));
}

/** The kind that a definition adds; nothing of it is served while its names are not accepted. */
export function customKind(definition: KubernetesObject, faults: ApiFaults): Resource {
  const { group, names, scope, versions, conversion } = definitionSpec(definition);
  const smi = isSmiGroup(group);
  const accepted = !(smi && faults.crdNamesNotAccepted === names.kind);
  const storage = versions.find((version) => version.storage) as DefinitionVersion;
  const statusApart = storage.subresources?.status !== undefined;
  const all =
    smi && faults.servesUnservedVersions === true ? [...versions, ...unserved(names.kind, versions)] : versions;
  return {
    group,
    kind: names.kind,
    plural: names.plural,
    singular: names.singular,
    namespaced: scope === "Namespaced",
    versions: all.map(({ name, served, schema }) => ({
      name,
      served: served && accepted,
      schema: schema.openAPIV3Schema,
    })),
    storage: storage.name,
    names: "subdomain",
    generation: "all",
    statusApart,
    converts: smi && conversion?.strategy === "Webhook",
    discovered: !(smi && faults.crdUndiscovered === names.kind),
  };
}
