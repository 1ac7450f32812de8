/** Mistakes in the definitions that a mesh ships: each one an edit of the definition, by which nothing else changes. */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import type { SmiKindName } from "../../domain/smi/kinds.ts";
import type { ApiFaults } from "../mutants/faults.ts";
import { destinationPort } from "./access-schemas.ts";
import { type DefinitionSpec, type DefinitionVersion, isSmiGroup } from "./custom-kinds.ts";
import type { Schema } from "./schema.ts";

interface Edit {
  readonly fault: keyof ApiFaults;
  readonly kinds: readonly SmiKindName[];
  /** Of the fields that it changes: `spec.matches[].name`. */
  readonly path: RegExp;
  /** Undefined takes the field out of the schema, so that it is pruned. */
  readonly change: (schema: Schema, version: string) => Schema | undefined;
}

const removed = () => undefined;
const text = (): Schema => ({ type: "string" });
const unlimited = ({ minItems: _, ...schema }: Schema): Schema => schema;
const incomplete = ({ required: _, ...schema }: Schema): Schema => schema;
const withPort = (schema: Schema): Schema => ({
  ...schema,
  properties: { ...schema.properties, port: destinationPort },
});

/** `matches` and their fields stand at the top in old versions, and under `spec` in newer ones. */
const edits: readonly Edit[] = [
  { fault: "prunesHeaders", kinds: ["HTTPRouteGroup"], path: /matches\[\]\.headers$/, change: removed },
  { fault: "prunesMethods", kinds: ["HTTPRouteGroup"], path: /matches\[\]\.methods$/, change: removed },
  { fault: "prunesRuleMatches", kinds: ["TrafficTarget"], path: /(rules|specs)\[\]\.matches$/, change: removed },
  { fault: "prunesRoutePorts", kinds: ["TCPRoute", "UDPRoute"], path: /matches\.ports$/, change: removed },
  { fault: "prunesSplitMatches", kinds: ["TrafficSplit"], path: /^spec\.matches$/, change: removed },
  { fault: "keepsRemovedPort", kinds: ["TrafficTarget"], path: /destination$/, change: withPort },
  { fault: "acceptsIncompleteTarget", kinds: ["TrafficTarget"], path: /^spec$/, change: incomplete },
  { fault: "acceptsEmptySources", kinds: ["TrafficTarget"], path: /sources$/, change: unlimited },
  { fault: "acceptsEmptyRules", kinds: ["TrafficTarget"], path: /rules$/, change: unlimited },
  { fault: "acceptsUnknownRuleKind", kinds: ["TrafficTarget"], path: /(rules|specs)\[\]\.kind$/, change: text },
  { fault: "acceptsUnnamedMatch", kinds: ["HTTPRouteGroup"], path: /matches\[\]$/, change: incomplete },
  { fault: "acceptsUnknownMethod", kinds: ["HTTPRouteGroup"], path: /methods\[\]$/, change: text },
  { fault: "acceptsAnyPort", kinds: ["TCPRoute", "UDPRoute"], path: /ports\[\]$/, change: () => ({ type: "integer" }) },
  {
    fault: "refusesEmptyPorts",
    kinds: ["TCPRoute", "UDPRoute"],
    path: /ports$/,
    change: (schema) => ({ ...schema, minItems: 1 }),
  },
  { fault: "acceptsIncompleteSplit", kinds: ["TrafficSplit"], path: /^spec(\.backends\[\])?$/, change: incomplete },
  {
    fault: "acceptsAnyWeight",
    kinds: ["TrafficSplit"],
    path: /weight$/,
    change: (schema, version) => (version === "v1alpha1" ? schema : { type: "number" }),
  },
  { fault: "acceptsUnknownSplitMatchKind", kinds: ["TrafficSplit"], path: /^spec\.matches\[\]\.kind$/, change: text },
];

/** Takes the schema through an edit, from the leaves up. */
function edited(schema: Schema, edit: Edit, version: string, path: string): Schema | undefined {
  const properties: Record<string, Schema> = {};
  for (const [key, field] of Object.entries(schema.properties ?? {})) {
    const kept = edited(field, edit, version, path === "" ? key : `${path}.${key}`);
    if (kept !== undefined) properties[key] = kept;
  }
  const items = schema.items === undefined ? undefined : edited(schema.items, edit, version, `${path}[]`);
  const required = schema.required?.filter((key) => properties[key] !== undefined);
  const walked: Schema = {
    ...schema,
    ...(schema.properties === undefined ? {} : { properties }),
    ...(items === undefined ? {} : { items }),
    ...(required === undefined ? {} : { required }),
  };
  return edit.path.test(path) ? edit.change(walked, version) : walked;
}

function editedVersion(version: DefinitionVersion, edit: Edit): DefinitionVersion {
  const { openAPIV3Schema } = version.schema;
  return { ...version, schema: { openAPIV3Schema: edited(openAPIV3Schema, edit, version.name, "") ?? {} } };
}

/** The definition as a mesh with these faults would ship it; undefined where it ships none. Those of other groups are left alone. */
export function withDefinitionFaults(definition: KubernetesObject, faults: ApiFaults): KubernetesObject | undefined {
  const spec = definition.spec as DefinitionSpec | undefined;
  if (spec === undefined || !isSmiGroup(spec.group)) return definition;
  const kind = spec.names.kind as SmiKindName;
  if (faults.crdMissing === kind) return undefined;
  const due = edits.filter((edit) => faults[edit.fault] === true && edit.kinds.includes(kind));
  let versions = spec.versions.map((version) => due.reduce(editedVersion, version));
  if (faults.crdUnknownVersion === kind)
    versions = versions.filter(({ storage }) => storage).map((version) => ({ ...version, name: "v1beta1" }));
  const scope = faults.crdClusterScoped === kind ? "Cluster" : spec.scope;
  return { ...definition, spec: { ...spec, scope, versions } };
}
