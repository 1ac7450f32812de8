/** The schema of TrafficSplit in each version of Traffic Split. */
import { quantityPattern } from "../../domain/kubernetes/quantity.ts";
import type { Schema } from "./schema.ts";

const text: Schema = { type: "string" };

/** A Kubernetes quantity in v1alpha1 (line 37); "Weights must be whole numbers" from then on (v1alpha2, line 22; v1alpha4, line 30). */
function weight(version: string): Schema {
  return version === "v1alpha1"
    ? { "x-kubernetes-int-or-string": true, pattern: quantityPattern }
    : { type: "integer", format: "int64", minimum: 0 };
}

/** HTTPRouteGroups, by which requests are chosen (v1alpha4, lines 35 to 42). */
const matches: Schema = {
  type: "array",
  items: {
    type: "object",
    required: ["kind", "name"],
    properties: { kind: { type: "string", enum: ["HTTPRouteGroup"] }, name: text },
  },
};

/** A root service and weighted backends (v1alpha4, lines 44 to 62); `matches` come with v1alpha3. */
export function trafficSplit(version: string): Schema {
  const hasMatches = version === "v1alpha3" || version === "v1alpha4";
  const backend: Schema = {
    type: "object",
    required: ["service", "weight"],
    properties: { service: text, weight: weight(version) },
  };
  const spec: Schema = {
    type: "object",
    required: ["service", "backends"],
    properties: { service: text, ...(hasMatches ? { matches } : {}), backends: { type: "array", items: backend } },
  };
  return { type: "object", required: ["spec"], properties: { spec } };
}
