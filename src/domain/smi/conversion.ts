/** Whether an object still means what was written once it is read in another version of its group. */
import { quantity } from "../kubernetes/quantity.ts";
import { differences } from "./field-diff.ts";
import { type Bindings, kindOf, NotExpressibleError, render } from "./render.ts";
import type { Resource } from "./resource.ts";
import type { ServedVersion } from "./served.ts";

type Fields = Readonly<Record<string, unknown>>;

const weightOf = (value: unknown): number => quantity(value) ?? Number.NaN;

/** Only the ratio of weights has a meaning: each as parts in a million of their sum. */
function withShares(body: Fields): Fields {
  const spec = (body.spec ?? {}) as Fields;
  if (!Array.isArray(spec.backends)) return body;
  const backends = spec.backends as readonly Fields[];
  const sum = backends.reduce((total, { weight }) => total + weightOf(weight), 0);
  const share = (weight: unknown) => (sum === 0 ? 0 : Math.round((1e6 * weightOf(weight)) / sum));
  return { ...body, spec: { ...spec, backends: backends.map((b) => ({ ...b, weight: share(b.weight) })) } };
}

function bodyIn(resource: Resource, version: ServedVersion, bindings: Bindings): Fields | undefined {
  try {
    const { apiVersion: _a, kind: _k, metadata: _m, ...body } = render(resource, version, bindings);
    return body;
  } catch (error) {
    if (error instanceof NotExpressibleError) return undefined;
    throw error;
  }
}

/**
 * Fields of `found`, the body read in version `read`, that do not mean what `resource` says. Undefined where `read` has no
 * words for it. Weights are compared by their ratio, since v1alpha1 counts in quantities and the others in whole numbers.
 */
export function meaningLost(
  resource: Resource,
  written: ServedVersion,
  read: ServedVersion,
  bindings: Bindings,
  found: Fields,
): readonly string[] | undefined {
  const isSplit = kindOf(resource) === "TrafficSplit";
  const meant = bodyIn(resource, read, bindings) ?? (isSplit ? bodyIn(resource, written, bindings) : undefined);
  if (meant === undefined) return undefined;
  return isSplit ? differences(withShares(meant), withShares(found)) : differences(meant, found);
}
