/** What is explained: an assertion in its fixture, in the versions in which it is to be shown. */
import type { Assertion } from "../../domain/assertion/assertion.ts";
import type { Fixture } from "../../domain/assertion/fixture.ts";
import { objectIn, plainBindings, type ShownVersions, versionsToShow } from "../../domain/assertion/shown-versions.ts";
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import { kindOf } from "../../domain/smi/render.ts";
import type { Resource } from "../../domain/smi/resource.ts";

type Texts = Readonly<Record<string, string>>;

/** How a mesh is joined, as its profile says. */
export interface Joining {
  readonly title: string;
  readonly namespaceLabels: Texts;
  readonly namespaceAnnotations: Texts;
  readonly podLabels: Texts;
  readonly podAnnotations: Texts;
  /** By the protocol of the Service. */
  readonly serviceAnnotations: Readonly<Partial<Record<"http" | "tcp" | "udp", Texts>>>;
  /** Host name of a Service through the mesh, with `{service}` and `{namespace}`. */
  readonly host: string;
}

export interface Subject {
  readonly assertion: Assertion;
  readonly fixture: Fixture;
  readonly versions: ShownVersions;
  /** Undefined for no mesh in particular. */
  readonly joining?: Joining | undefined;
  /** Image of the sample application. */
  readonly image: string;
}

/** Image that a reader builds and loads as docs/workload.md says. */
export const PLAIN_IMAGE = "smi-workload:local";

/**
 * The object in the version that its kind is shown in; one that is only submitted, in the newest that has words for it.
 * Undefined where none has.
 */
export function objectOf({ assertion, fixture, versions }: Subject, resource: Resource): KubernetesObject | undefined {
  const kind = kindOf(resource);
  const chosen = versions.get(kind);
  const candidates = [...(chosen === undefined ? [] : [chosen]), ...versionsToShow(assertion, kind, {})];
  const bindings = plainBindings(fixture);
  for (const version of candidates) {
    const object = objectIn(resource, version, bindings);
    if (object !== undefined) return object;
  }
  return undefined;
}
