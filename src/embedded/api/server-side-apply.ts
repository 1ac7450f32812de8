/**
 * Server-side apply, forced: what a manager applies is set, what it applied before and now omits is removed unless another
 * manager has applied it too, and everything else stays. Lists are replaced as a whole, except those whose schema says that
 * they are a set or have keys. What create has written belongs to no applying manager, as in Kubernetes.
 */
import { at, equal, isMap, type Json } from "./plain-data.ts";
import { fieldSchema, type Schema } from "./schema.ts";

/** What was applied before, by this manager and by the others. */
export interface Applied {
  readonly before: unknown;
  readonly others: readonly unknown[];
}

const unknownFields: Schema = {};

const isGranular = (schema: Schema) => schema["x-kubernetes-map-type"] !== "atomic";

/** Identity of a list's items, with defaults for missing keys; undefined if the list is atomic. */
function identityOf(schema: Schema): ((item: unknown) => string) | undefined {
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  switch (schema["x-kubernetes-list-type"]) {
    case "set":
      return (item) => JSON.stringify(item);
    case "map":
      return (item) =>
        JSON.stringify(keys.map((key) => at(item, key) ?? schema.items?.properties?.[key]?.default ?? null));
    default:
      return undefined;
  }
}

/** One level down, by field or by a list item's identity. */
function below(applied: Applied, step: (value: unknown) => unknown): Applied {
  return { before: step(applied.before), others: applied.others.map(step) };
}

const field = (key: string) => (value: unknown) => (isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined);

/** What remains of a value that this manager no longer applies; undefined for nothing. */
function withdraw(live: unknown, applied: Applied, schema: Schema): unknown {
  if (isMap(live) && isMap(applied.before) && isGranular(schema)) {
    const kept: Json = { ...live };
    for (const key of Object.keys(applied.before)) {
      const rest = withdraw(live[key], below(applied, field(key)), fieldSchema(schema, key) ?? unknownFields);
      if (rest === undefined) delete kept[key];
      else kept[key] = rest;
    }
    const emptied = Object.keys(kept).length === 0 && Object.keys(live).length > 0;
    return emptied && applied.others.every((other) => other === undefined) ? undefined : kept;
  }
  return applied.others.some((other) => other !== undefined) ? live : undefined;
}

function mergeList(live: readonly unknown[], now: readonly unknown[], applied: Applied, schema: Schema): unknown {
  const identity = identityOf(schema);
  if (identity === undefined) return now;
  const find = (id: string) => (list: unknown) =>
    Array.isArray(list) ? list.find((item) => identity(item) === id) : undefined;
  const items = schema.items ?? unknownFields;
  const wanted = new Set(now.map(identity));
  const rest = live.flatMap((item) => {
    const id = identity(item);
    if (wanted.has(id)) return [];
    const here = below(applied, find(id));
    const stays =
      here.before === undefined ? item : withdraw(item, here, { ...items, "x-kubernetes-map-type": "atomic" });
    return stays === undefined ? [] : [stays];
  });
  const mine = now.map((item) => {
    const id = identity(item);
    const present = find(id)(live);
    return present === undefined ? item : mergeApplied(present, item, below(applied, find(id)), items);
  });
  // The items of this manager come first, as in the merge of the real server.
  return [...mine, ...rest];
}

/** @param now what the manager applies, @param live what is stored. Neither is changed. */
export function mergeApplied(live: unknown, now: unknown, applied: Applied, schema: Schema): unknown {
  if (Array.isArray(live) && Array.isArray(now)) return mergeList(live, now, applied, schema);
  if (!isMap(live) || !isMap(now) || !isGranular(schema)) return equal(live, now) ? live : now;
  const merged: Json = { ...live };
  for (const [key, value] of Object.entries(now)) {
    const known = fieldSchema(schema, key) ?? unknownFields;
    merged[key] = Object.hasOwn(live, key) ? mergeApplied(live[key], value, below(applied, field(key)), known) : value;
  }
  for (const key of isMap(applied.before) ? Object.keys(applied.before) : []) {
    if (Object.hasOwn(now, key)) continue;
    const rest = withdraw(live[key], below(applied, field(key)), fieldSchema(schema, key) ?? unknownFields);
    if (rest === undefined) delete merged[key];
    else merged[key] = rest;
  }
  return merged;
}
