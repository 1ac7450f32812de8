/** Faults in the definitions that a mesh ships: each is an edit of the definition, which changes nothing else. */
import type { KubernetesObject } from "../../../domain/kubernetes/object.ts";
import type { SmiKindName } from "../../../domain/smi/kinds.ts";
import { destinationPort } from "../../api/access-schemas.ts";
import type { DefinitionSpec, DefinitionVersion } from "../../api/custom-kinds.ts";
import type { Schema } from "../../api/schema.ts";
import type { FaultTable } from "../fault-table.ts";
import type { ApiFault } from "./fault.ts";

interface Edit {
  readonly kinds: readonly SmiKindName[];
  /** Of the fields that it changes: `spec.matches[].name`. */
  readonly path: RegExp;
  /** Undefined takes the field out of the schema, so that it is pruned. */
  readonly change: (schema: Schema, version: string) => Schema | undefined;
}

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

const kindOf = (definition: KubernetesObject) => (definition.spec as DefinitionSpec).names.kind as SmiKindName;

const onVersions = (
  kinds: readonly SmiKindName[],
  change: (versions: readonly DefinitionVersion[]) => readonly DefinitionVersion[],
): ApiFault => ({
  definition(definition) {
    if (!kinds.includes(kindOf(definition))) return definition;
    const spec = definition.spec as DefinitionSpec;
    return { ...definition, spec: { ...spec, versions: change(spec.versions) } };
  },
});

/** `matches` and their fields are at the top in old versions, and under `spec` in newer ones. */
const onSchema = (kinds: readonly SmiKindName[], path: RegExp, change: Edit["change"]): ApiFault =>
  onVersions(kinds, (versions) => versions.map((version) => editedVersion(version, { kinds, path, change })));

const removed = () => undefined;
const text = (): Schema => ({ type: "string" });
const unlimited = ({ minItems: _, ...schema }: Schema): Schema => schema;
const incomplete = ({ required: _, ...schema }: Schema): Schema => schema;
const withPort = (schema: Schema): Schema => ({
  ...schema,
  properties: { ...schema.properties, port: destinationPort },
});
const ROUTES = ["TCPRoute", "UDPRoute"] as const;

export const definitionFaults = {
  /** This kind's definition is missing. */
  crdMissing: (kind: SmiKindName) => ({
    definition: (definition) => (kindOf(definition) === kind ? undefined : definition),
  }),
  /** This kind is defined as cluster-scoped. */
  crdClusterScoped: (kind: SmiKindName) => ({
    definition: (definition) =>
      kindOf(definition) === kind
        ? { ...definition, spec: { ...(definition.spec as DefinitionSpec), scope: "Cluster" } }
        : definition,
  }),
  /** This kind is served as v1beta1 alone, a version that the specification does not know. */
  crdUnknownVersion: (kind: SmiKindName) =>
    onVersions([kind], (versions) =>
      versions.filter(({ storage }) => storage).map((version) => ({ ...version, name: "v1beta1" })),
    ),
  /** The schema of an HTTPRouteGroup's match has no `headers`: they are silently pruned. */
  prunesHeaders: onSchema(["HTTPRouteGroup"], /matches\[\]\.headers$/, removed),
  /** The same of `methods`. */
  prunesMethods: onSchema(["HTTPRouteGroup"], /matches\[\]\.methods$/, removed),
  /** The schema of a TrafficTarget's rule has no `matches`: they are silently pruned, and the rule is as wide as its group. */
  prunesRuleMatches: onSchema(["TrafficTarget"], /(rules|specs)\[\]\.matches$/, removed),
  /** The schema of a TCPRoute and UDPRoute has no `ports`: they are silently pruned. */
  prunesRoutePorts: onSchema(ROUTES, /matches\.ports$/, removed),
  /** The schema of a TrafficSplit has no `matches`: they are silently pruned. */
  prunesSplitMatches: onSchema(["TrafficSplit"], /^spec\.matches$/, removed),
  /** access v1alpha3 and newer store `destination.port`, which v1alpha3 removed. */
  keepsRemovedPort: onSchema(["TrafficTarget"], /destination$/, withPort),
  /** A TrafficTarget needs no destination, rules or sources. */
  acceptsIncompleteTarget: onSchema(["TrafficTarget"], /^spec$/, incomplete),
  acceptsEmptySources: onSchema(["TrafficTarget"], /sources$/, unlimited),
  acceptsEmptyRules: onSchema(["TrafficTarget"], /rules$/, unlimited),
  /** A rule's `kind` is any text. */
  acceptsUnknownRuleKind: onSchema(["TrafficTarget"], /(rules|specs)\[\]\.kind$/, text),
  /** A match needs no name. */
  acceptsUnnamedMatch: onSchema(["HTTPRouteGroup"], /matches\[\]$/, incomplete),
  /** A method is any text. */
  acceptsUnknownMethod: onSchema(["HTTPRouteGroup"], /methods\[\]$/, text),
  /** A route's port is any integer. */
  acceptsAnyPort: onSchema(ROUTES, /ports\[\]$/, () => ({ type: "integer" })),
  /** A route needs at least one port, so `[]`, which means all, is refused. */
  refusesEmptyPorts: onSchema(ROUTES, /ports$/, (schema) => ({ ...schema, minItems: 1 })),
  /** A TrafficSplit needs no service, backends or weight. */
  acceptsIncompleteSplit: onSchema(["TrafficSplit"], /^spec(\.backends\[\])?$/, incomplete),
  /** A weight is any number: 0.5 and -1 are stored, as the published CRD has it. */
  acceptsAnyWeight: onSchema(["TrafficSplit"], /weight$/, (schema, version) =>
    version === "v1alpha1" ? schema : { type: "number" },
  ),
  /** A split's match is of any kind. */
  acceptsUnknownSplitMatchKind: onSchema(["TrafficSplit"], /^spec\.matches\[\]\.kind$/, text),
} satisfies FaultTable<ApiFault>;
