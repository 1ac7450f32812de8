/** CustomResourceDefinitions: their own checks, defaults and status, and the kind that each one adds. */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
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

/** As the server reads it, with names and conversion completed. Only for a definition that has been checked. */
export const definitionSpec = (definition: KubernetesObject): DefinitionSpec => definition.spec as DefinitionSpec;

/** Causes of an Invalid (apiextensions `pkg/apis/apiextensions/validation`), as far as a hand-written definition may cause them. */
export function definitionCauses(definition: KubernetesObject): readonly string[] {
  const { spec } = definition;
  const group = at(spec, "group");
  const plural = at(spec, "names", "plural");
  const scope = at(spec, "scope");
  const versions = at(spec, "versions");
  const list = Array.isArray(versions) ? versions.filter(isMap) : [];
  const causes: string[] = [];
  if (typeof group !== "string") causes.push(required("spec.group"));
  if (typeof plural !== "string") causes.push(required("spec.names.plural"));
  if (typeof at(spec, "names", "kind") !== "string") causes.push(required("spec.names.kind"));
  if (scope !== "Namespaced" && scope !== "Cluster")
    causes.push(
      scope === undefined
        ? required("spec.scope")
        : `spec.scope: Unsupported value: ${JSON.stringify(scope)}: supported values: "Cluster", "Namespaced"`,
    );
  if (causes.length === 0 && definition.metadata.name !== `${plural}.${group}`)
    causes.push(invalidValue("metadata.name", definition.metadata.name, 'must be spec.names.plural+"."+spec.group'));
  if (list.filter(({ storage }) => storage === true).length !== 1)
    causes.push(invalidValue("spec.versions", versions, "must have exactly one version marked as storage version"));
  for (const [index, version] of list.entries())
    if (!isMap(at(version, "schema", "openAPIV3Schema")))
      causes.push(required(`spec.versions[${index}].schema.openAPIV3Schema`, "schemas are required"));
  return causes;
}

/** The definition as the server completes it. */
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

/** The status that the server gives a definition immediately; `old` is the definition as it was before. */
export function definitionStatus(definition: KubernetesObject, old: KubernetesObject | undefined, now: string): Json {
  const { names, versions } = definitionSpec(definition);
  const stored = at(old, "status", "storedVersions");
  const storage = versions.find((version) => version.storage)?.name;
  const before = Array.isArray(stored) ? stored : [];
  return {
    acceptedNames: names,
    storedVersions: before.includes(storage) ? before : [...before, storage],
    conditions: withTransitionTimes(
      [
        { type: "NamesAccepted", status: "True", reason: "NoConflicts", message: "no conflicts found" },
        {
          type: "Established",
          status: "True",
          reason: "InitialNamesAccepted",
          message: "the initial names have been accepted",
        },
      ],
      old,
      now,
    ),
  };
}

/** Conditions with the time since which each has had its status. */
export function withTransitionTimes(
  conditions: readonly Json[],
  old: KubernetesObject | undefined,
  now: string,
): readonly Json[] {
  const were = at(old, "status", "conditions");
  return conditions.map((condition) => {
    const same = Array.isArray(were)
      ? were.find((c) => at(c, "type") === condition.type && at(c, "status") === condition.status)
      : undefined;
    return { ...condition, lastTransitionTime: at(same, "lastTransitionTime") ?? now };
  });
}

/** The kind that a definition adds. */
export function customKind(definition: KubernetesObject): Resource {
  const { group, names, scope, versions, conversion } = definitionSpec(definition);
  const storage = versions.find((version) => version.storage) as DefinitionVersion;
  return {
    group,
    kind: names.kind,
    plural: names.plural,
    singular: names.singular,
    namespaced: scope === "Namespaced",
    versions: versions.map(({ name, served, schema }) => ({ name, served, schema: schema.openAPIV3Schema })),
    storage: storage.name,
    names: "subdomain",
    generation: "all",
    statusApart: storage.subresources?.status !== undefined,
    converts: conversion?.strategy === "Webhook",
  };
}
