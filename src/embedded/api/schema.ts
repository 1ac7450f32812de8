/** Structural schemas of CustomResourceDefinitions (apiextensions.k8s.io/v1 JSONSchemaProps), as far as a mesh's CRDs use them. */
import { expression } from "../expression.ts";
import { at, copy, equal, isMap, type Json } from "./plain-data.ts";
import { invalidValue, required, unsupported } from "./refusal.ts";

export interface Schema {
  readonly type?: "object" | "array" | "string" | "integer" | "number" | "boolean";
  readonly format?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly nullable?: boolean;
  readonly default?: unknown;
  readonly "x-kubernetes-int-or-string"?: boolean;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-list-type"?: "atomic" | "set" | "map";
  readonly "x-kubernetes-list-map-keys"?: readonly string[];
  readonly "x-kubernetes-map-type"?: "atomic" | "granular";
}

/** The type of a value as validation names it: a whole number is an integer. */
function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value === "object" ? "object" : typeof value;
}

/** The schema of a field, by its name or by additionalProperties; undefined if the field is unknown. */
export function fieldSchema(schema: Schema, key: string): Schema | undefined {
  const named = schema.properties?.[key];
  if (named !== undefined) return named;
  const any = schema.additionalProperties;
  if (any === undefined || any === false) return undefined;
  return any === true ? { "x-kubernetes-preserve-unknown-fields": true } : any;
}

function typeCauses(value: unknown, schema: Schema, path: string): readonly string[] {
  const type = typeOf(value);
  if (schema["x-kubernetes-int-or-string"] === true) {
    if (type === "integer" || type === "string") return [];
    return [invalidValue(path, type, `${path} in body must be of type integer,string: ${JSON.stringify(type)}`)];
  }
  if (schema.type === undefined || schema.type === type || (schema.type === "number" && type === "integer")) return [];
  return [invalidValue(path, type, `${path} in body must be of type ${schema.type}: ${JSON.stringify(type)}`)];
}

function leafCauses(value: unknown, schema: Schema, path: string): string[] {
  const causes: string[] = [];
  const should = (detail: string, bad: unknown = value) =>
    causes.push(invalidValue(path, bad, `${path} in body ${detail}`));
  if (schema.enum !== undefined && !schema.enum.some((allowed) => equal(allowed, value)))
    causes.push(unsupported(path, value, schema.enum));
  if (typeof value === "number") {
    if (schema.minimum !== undefined && value < schema.minimum)
      should(`should be greater than or equal to ${schema.minimum}`);
    if (schema.maximum !== undefined && value > schema.maximum)
      should(`should be less than or equal to ${schema.maximum}`);
  }
  if (typeof value === "string") {
    if (schema.pattern !== undefined && expression(schema.pattern)?.test(value) !== true)
      should(`should match '${schema.pattern}'`);
    if (schema.minLength !== undefined && value.length < schema.minLength)
      should(`should be at least ${schema.minLength} chars long`);
    if (schema.maxLength !== undefined && value.length > schema.maxLength)
      causes.push(`${path}: Too long: may not be more than ${schema.maxLength} bytes`);
  }
  if (Array.isArray(value)) {
    if (schema.minItems !== undefined && value.length < schema.minItems)
      should(`should have at least ${schema.minItems} items`, value.length);
    if (schema.maxItems !== undefined && value.length > schema.maxItems)
      causes.push(`${path}: Too many: ${value.length}: must have at most ${schema.maxItems} items`);
  }
  return causes;
}

function duplicates(items: readonly unknown[], schema: Schema, path: string): readonly string[] {
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const type = schema["x-kubernetes-list-type"];
  if (type !== "map" && type !== "set") return [];
  const identity = (item: unknown) =>
    JSON.stringify(type === "set" ? item : Object.fromEntries(keys.map((key) => [key, at(item, key)])));
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const id = identity(item);
    if (seen.has(id)) return [`${path}[${index}]: Duplicate value: ${id}`];
    seen.add(id);
    return [];
  });
}

/**
 * Causes of an Invalid, worded as by an API server; none if the value conforms to its schema.
 * @param path of the value; empty for the object as a whole.
 */
export function causesOf(value: unknown, schema: Schema, path: string): readonly string[] {
  if (value === null && schema.nullable === true) return [];
  const wrong = typeCauses(value, schema, path);
  if (wrong.length > 0) return wrong;
  const causes = leafCauses(value, schema, path);
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items !== undefined)
      for (const [index, item] of value.entries()) causes.push(...causesOf(item, items, `${path}[${index}]`));
    causes.push(...duplicates(value, schema, path));
  } else if (isMap(value)) {
    const below = (key: string) => (path === "" ? key : `${path}.${key}`);
    for (const key of schema.required ?? []) if (!Object.hasOwn(value, key)) causes.push(required(below(key)));
    for (const [key, field] of Object.entries(value)) {
      const known = fieldSchema(schema, key);
      if (known !== undefined) causes.push(...causesOf(field, known, below(key)));
    }
  }
  return causes;
}

/** The value without fields that its schema does not know. */
export function prune(value: unknown, schema: Schema): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((item) => prune(item, items));
  }
  if (!isMap(value)) return value;
  const keepsUnknown = schema["x-kubernetes-preserve-unknown-fields"] === true;
  const kept: Json = {};
  for (const [key, field] of Object.entries(value)) {
    const known = fieldSchema(schema, key);
    if (known !== undefined) kept[key] = prune(field, known);
    else if (keepsUnknown) kept[key] = field;
  }
  return kept;
}

/** The value with its schema's defaults for missing fields, and for nulls that are not allowed. */
export function withDefaults(value: unknown, schema: Schema): unknown {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((item) => withDefaults(item, items));
  }
  if (!isMap(value)) return value;
  const filled: Json = { ...value };
  for (const [key, known] of Object.entries(schema.properties ?? {})) {
    const absent = filled[key] === undefined || (filled[key] === null && known.nullable !== true);
    if (absent && known.default !== undefined) filled[key] = copy(known.default);
  }
  for (const [key, field] of Object.entries(filled)) {
    const known = fieldSchema(schema, key);
    if (known !== undefined) filled[key] = withDefaults(field, known);
  }
  return filled;
}
