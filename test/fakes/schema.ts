/** As much of the API server's structural schemas as the CRDs of SMI need: types, required fields, enums, pruning. */
import type { KubernetesObject } from "../../src/domain/kubernetes/object.ts";

export interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
}

export interface CrdVersion {
  readonly name: string;
  readonly served: boolean;
  readonly schema: { readonly openAPIV3Schema: Schema };
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return value === null ? "null" : typeof value;
}

/** Faults of a value, in the words of an API server. */
export function faultsOf(value: unknown, schema: Schema, path: string): readonly string[] {
  const type = typeOf(value);
  const wanted = schema.type === "integer" ? "number" : schema.type;
  if (wanted !== undefined && type !== wanted)
    return [`${path}: Invalid value: "${type}": must be of type ${schema.type}`];
  if (schema.enum !== undefined && !schema.enum.includes(value)) return [`${path}: Unsupported value: "${value}"`];
  if (Array.isArray(value)) return value.flatMap((v, i) => faultsOf(v, schema.items ?? {}, `${path}[${i}]`));
  if (type !== "object") return [];
  const fields = value as Record<string, unknown>;
  return [
    ...(schema.required ?? []).filter((k) => fields[k] === undefined).map((k) => `${path}.${k}: Required value`),
    ...Object.entries(fields).flatMap(([k, v]) => {
      const known = schema.properties?.[k] ?? schema.additionalProperties;
      return known === undefined ? [] : faultsOf(v, known, `${path}.${k}`);
    }),
  ];
}

/** Without the fields that the schema does not name. */
export function prune(value: unknown, schema: Schema): unknown {
  if (Array.isArray(value)) return value.map((v) => prune(v, schema.items ?? {}));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([k, v]) => {
      const known = schema.properties?.[k] ?? schema.additionalProperties;
      return known === undefined ? [] : [[k, prune(v, known)]];
    }),
  );
}

/** The schema of an object's version among the definitions; undefined where none defines its kind. */
export function schemaFor(crds: readonly KubernetesObject[], object: KubernetesObject): Schema | undefined {
  const version = object.apiVersion.split("/")[1];
  for (const crd of crds) {
    const { names, versions } = crd.spec as { names: { kind: string }; versions: readonly CrdVersion[] };
    if (names.kind !== object.kind) continue;
    return versions.find((v) => v.name === version && v.served)?.schema.openAPIV3Schema;
  }
  return undefined;
}
