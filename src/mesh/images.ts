/** The images that Kubernetes objects use, so that those available locally can be loaded before they are needed. Pure. */
import type { KubernetesObject } from "../domain/kubernetes/object.ts";

interface PodSpec {
  readonly containers?: readonly { readonly image?: string }[];
  readonly initContainers?: readonly { readonly image?: string }[];
}

function podSpecs(value: unknown): readonly PodSpec[] {
  if (Array.isArray(value)) return value.flatMap(podSpecs);
  if (typeof value !== "object" || value === null) return [];
  const here = "containers" in value && Array.isArray(value.containers) ? [value as PodSpec] : [];
  return [...here, ...Object.values(value).flatMap(podSpecs)];
}

/** Without duplicates, in order of appearance. */
export function imagesOf(objects: readonly KubernetesObject[]): readonly string[] {
  const images = objects
    .flatMap((object) => podSpecs(object.spec))
    .flatMap((pod) => [...(pod.initContainers ?? []), ...(pod.containers ?? [])].flatMap(({ image }) => image ?? []));
  return [...new Set(images)];
}

/** Tag of an image reference, without its digest; undefined if it has none. */
export function tagOf(image: string): string | undefined {
  return /^[^@]*:([^/:@]+)(?:@.*)?$/.exec(image)?.[1];
}
