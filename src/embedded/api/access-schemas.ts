/** The schema of TrafficTarget in each version of Traffic Access. */
import type { Schema } from "./schema.ts";

const text: Schema = { type: "string" };

/** Of the destination up to v1alpha2, where it is optional (v1alpha1, line 87; v1alpha2, line 88). */
export const destinationPort: Schema = { type: "integer", format: "int32", minimum: 1, maximum: 65535 };

type Fields = Readonly<Record<string, Schema>>;

/** An identity. The text allows for other kinds than ServiceAccount; v1alpha4 names the two that exist (line 95). */
function subject(version: string, more: Fields = {}): Schema {
  const kind: Fields =
    version === "v1alpha4"
      ? { kind: { type: "string", enum: ["ServiceAccount", "IdentityBinding"] }, group: text }
      : { kind: text };
  return { type: "object", required: ["kind", "name"], properties: { ...kind, name: text, namespace: text, ...more } };
}

/** Routes that a rule may name: TCP and HTTP, UDP from v1alpha3 on; `matches` may be left out (v1alpha3, line 96). */
function rule(isOld: boolean): Schema {
  const kinds = ["HTTPRouteGroup", "TCPRoute", ...(isOld ? [] : ["UDPRoute"])];
  return {
    type: "object",
    required: ["kind", "name"],
    properties: { kind: { type: "string", enum: kinds }, name: text, matches: { type: "array", items: text } },
  };
}

/**
 * v1alpha1 has its fields at the top and `specs` for `rules` (v1alpha1, lines 66 to 79), v1alpha2 under `spec`. From
 * v1alpha3 on there is no `destination.port`, and a target needs a destination, at least one rule and at least one
 * source (v1alpha3, line 39); the older texts require none of them.
 */
export function trafficTarget(version: string): Schema {
  const isOld = version === "v1alpha1" || version === "v1alpha2";
  const least = isOld ? {} : { minItems: 1 };
  const destination = subject(version, isOld ? { port: destinationPort } : {});
  const rules: Schema = { type: "array", ...least, items: rule(isOld) };
  const sources: Schema = { type: "array", ...least, items: subject(version) };
  if (version === "v1alpha1") return { type: "object", properties: { destination, specs: rules, sources } };
  const spec: Schema = {
    type: "object",
    ...(isOld ? {} : { required: ["destination", "rules", "sources"] }),
    properties: { destination, rules, sources },
  };
  return { type: "object", required: ["spec"], properties: { spec } };
}
