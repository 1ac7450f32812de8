/** Admission: from an object as it was sent (or merged) to the object that is stored, or the refusal. */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import { builtinCauses, withBuiltinDefaults } from "./builtin-checks.ts";
import { definitionKind } from "./builtin-kinds.ts";
import { definitionCauses, definitionStatus, withDefinitionDefaults } from "./custom-kinds.ts";
import type { KnownVersion } from "./known-kinds.ts";
import { metadataCauses } from "./names.ts";
import type { Json } from "./plain-data.ts";
import { invalid, type Refusal } from "./refusal.ts";
import { causesOf, prune, type Schema, withDefaults } from "./schema.ts";

/**
 * From an object to what is stored. `old` is the stored object, in the same version, if this changes one; `now` is wall clock,
 * ISO 8601 in UTC.
 */
export type Admit = (
  known: KnownVersion,
  sent: KubernetesObject,
  old: KubernetesObject | undefined,
  now: () => string,
) => KubernetesObject | Refusal;

/** Changes everything but the fields that every object has, which the schema of a definition does not describe. */
function changeBody(object: KubernetesObject, change: (body: Json) => unknown): KubernetesObject {
  const { apiVersion, kind, metadata, ...body } = object;
  return { apiVersion, kind, metadata, ...(change(body) as Json) };
}

/** The object without fields that the schema does not know. */
export function pruned(object: KubernetesObject, schema: Schema): KubernetesObject {
  return changeBody(object, (body) => prune(body, schema));
}

function admitCustom({ resource }: KnownVersion, schema: Schema, sent: KubernetesObject): KubernetesObject | Refusal {
  const object = changeBody(sent, (body) => withDefaults(prune(body, schema), schema));
  const causes = [...metadataCauses(object, resource)];
  changeBody(object, (body) => {
    causes.push(...causesOf(body, schema, ""));
    return body;
  });
  return causes.length > 0 ? invalid(resource, object.metadata.name, causes) : object;
}

export const admit: Admit = (known, sent, old, now) => {
  const { resource, version } = known;
  if (version.schema !== undefined) return admitCustom(known, version.schema, sent);
  const isDefinition = resource === definitionKind;
  const object = isDefinition ? withDefinitionDefaults(sent) : withBuiltinDefaults(sent);
  const causes = [
    ...metadataCauses(object, resource),
    ...(isDefinition ? definitionCauses(object) : builtinCauses(object, old)),
  ];
  if (causes.length > 0) return invalid(resource, object.metadata.name, causes);
  return isDefinition ? { ...object, status: definitionStatus(object, old, now()) } : object;
};

export const isRefusal = (answer: KubernetesObject | Refusal): answer is Refusal => "accepted" in answer;
