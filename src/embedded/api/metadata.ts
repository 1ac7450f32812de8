/** The parts of an object that a client may write, and what the server adds to its metadata. */
import type { KubernetesObject, ObjectMeta } from "../../domain/kubernetes/object.ts";
import { equal, isMap, type Json } from "./plain-data.ts";
import type { Resource } from "./resource.ts";

const WRITABLE = ["name", "generateName", "namespace", "labels", "annotations", "ownerReferences", "finalizers"];

const isEmpty = (value: unknown) => isMap(value) && Object.keys(value).length === 0;

/** The object without what only the server writes, and with the namespace that its path would have. */
export function sentObject(object: KubernetesObject, resource: Resource): KubernetesObject {
  const { metadata, ...rest } = object;
  const kept: Json = {};
  for (const field of WRITABLE)
    if (metadata[field] !== undefined && !isEmpty(metadata[field])) kept[field] = metadata[field];
  if (!resource.namespaced) delete kept.namespace;
  else kept.namespace ??= "default";
  const sent = { ...rest, metadata: kept as ObjectMeta } as KubernetesObject;
  if (!resource.statusApart) return sent;
  const { status: _, ...withoutStatus } = sent;
  return withoutStatus as KubernetesObject;
}

/** @param serial differs from that of any other object; the uid and the end of a generated name are made from it. */
export function createdMetadata(sent: ObjectMeta, resource: Resource, serial: number, now: string): ObjectMeta {
  const { generateName } = sent;
  const generated = typeof generateName === "string" ? `${generateName}${serial.toString(36).padStart(5, "0")}` : "";
  return {
    ...sent,
    name: sent.name ?? generated,
    uid: `00000000-0000-4000-8000-${serial.toString(16).padStart(12, "0")}`,
    // Kubernetes keeps whole seconds.
    creationTimestamp: now.replace(/\.\d+(?=Z$)/, ""),
    ...(resource.generation === "none" ? {} : { generation: 1 }),
  };
}

/** Whether a change concerns the desired state, so that the object gets a new generation. */
export function countsAsChange(
  { generation, statusApart }: Resource,
  before: KubernetesObject,
  after: KubernetesObject,
): boolean {
  if (generation === "none") return false;
  if (generation === "spec") return !equal(before.spec, after.spec);
  const wanted = ({ metadata: _, status, ...body }: KubernetesObject) => (statusApart ? body : { ...body, status });
  return !equal(wanted(before), wanted(after));
}
