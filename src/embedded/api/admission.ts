/** From an object as it was sent (or merged) to the object that may be stored, or the refusal. */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import type { ApiFaults } from "../mutants/faults.ts";
import { builtinFaults, withBuiltinDefaults } from "./builtin-checks.ts";
import { definitionKind } from "./builtin-kinds.ts";
import { definitionFaults, definitionStatus, isSmiGroup, withDefinitionDefaults } from "./custom-kinds.ts";
import type { KnownVersion } from "./known-kinds.ts";
import { metadataFaults } from "./names.ts";
import { at, isMap, type Json } from "./plain-data.ts";
import { invalid, type Refusal } from "./refusal.ts";
import { faultsOf, prune, type Schema, withDefaults } from "./schema.ts";

export interface AdmissionContext {
  readonly faults: ApiFaults;
  readonly now: () => string;
}

/** Without the fields that every object has and no schema of a definition describes. */
function changeBody(object: KubernetesObject, change: (body: Json) => unknown): KubernetesObject {
  const { apiVersion, kind, metadata, ...body } = object;
  return { apiVersion, kind, metadata, ...(change(body) as Json) };
}

/** Without what the schema does not know; the object itself where that is nothing. */
export function pruned(object: KubernetesObject, schema: Schema): KubernetesObject {
  return changeBody(object, (body) => prune(body, schema));
}

function changeWeights(object: KubernetesObject, change: (weight: unknown) => unknown): KubernetesObject {
  const backends = at(object, "spec", "backends");
  if (object.kind !== "TrafficSplit" || !Array.isArray(backends)) return object;
  const changed = backends.map((b) => (isMap(b) && "weight" in b ? { ...b, weight: change(b.weight) } : b));
  return { ...object, spec: { ...(object.spec as Json), backends: changed } };
}

const rounded = (weight: unknown) => (typeof weight === "number" ? Math.round(weight) : weight);
const asText = (weight: unknown) => (typeof weight === "number" ? String(weight) : weight);

function admitCustom(
  { resource, version }: KnownVersion,
  schema: Schema,
  sent: KubernetesObject,
  faults: ApiFaults,
): KubernetesObject | Refusal {
  const smi = isSmiGroup(resource.group);
  const received = smi && faults.roundsWeights === true ? changeWeights(sent, rounded) : sent;
  const object = changeBody(received, (body) => withDefaults(prune(body, schema), schema));
  const causes = [...metadataFaults(object, resource)];
  if (!(smi && faults.acceptsInvalid === true))
    changeBody(object, (body) => {
      causes.push(...faultsOf(body, schema, ""));
      return body;
    });
  if (causes.length > 0) return invalid(resource, object.metadata.name, causes);
  return smi && faults.storesWeightAsText === true && version.name !== "v1alpha1"
    ? changeWeights(object, asText)
    : object;
}

/** @param old as it is stored, in the same version, where it is changed. */
export function admit(
  known: KnownVersion,
  sent: KubernetesObject,
  old: KubernetesObject | undefined,
  { faults, now }: AdmissionContext,
): KubernetesObject | Refusal {
  const { resource, version } = known;
  if (version.schema !== undefined) return admitCustom(known, version.schema, sent, faults);
  const isDefinition = resource === definitionKind;
  const object = isDefinition ? withDefinitionDefaults(sent) : withBuiltinDefaults(sent);
  const causes = [
    ...metadataFaults(object, resource),
    ...(isDefinition ? definitionFaults(object) : builtinFaults(object, old)),
  ];
  if (causes.length > 0) return invalid(resource, object.metadata.name, causes);
  return isDefinition ? { ...object, status: definitionStatus(object, old, now(), faults) } : object;
}

export const isRefusal = (answer: KubernetesObject | Refusal): answer is Refusal => "accepted" in answer;
