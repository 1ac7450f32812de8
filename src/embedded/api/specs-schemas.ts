/** The schemas of HTTPRouteGroup, TCPRoute and UDPRoute in each version of Traffic Specs. */
import type { Schema } from "./schema.ts";

export interface SpecsOptions {
  /**
   * `headers` of a match: a list of maps (v1alpha2, line 85, the release v0.6.0, and every published CRD) or one map (the
   * text of v1alpha3 and v1alpha4 since smi-spec #237).
   */
  readonly headers?: "list" | "map";
}

const text: Schema = { type: "string" };
const map: Schema = { type: "object", additionalProperties: text };

/** "Methods can either be specific (`GET`) or `*`" (v1alpha4, line 43); the ten of the published CRDs. */
export const methods = ["*", "GET", "HEAD", "PUT", "POST", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"] as const;

/** The name is the primary key (v1alpha4, line 41). In v1alpha1 all fields are required (line 37), and there are no headers. */
function match(version: string, { headers = "list" }: SpecsOptions): Schema {
  const isFirst = version === "v1alpha1";
  return {
    type: "object",
    required: isFirst ? ["name", "pathRegex", "methods"] : ["name"],
    properties: {
      name: text,
      pathRegex: text,
      methods: { type: "array", items: { type: "string", enum: methods } },
      ...(isFirst ? {} : { headers: headers === "list" ? { type: "array", items: map } : map }),
    },
  };
}

/** `matches` are at the top in v1alpha1 and 2, under `spec` from v1alpha3 on (line 30). */
export function httpRouteGroup(version: string, options: SpecsOptions): Schema {
  const group: Schema = {
    type: "object",
    required: ["matches"],
    properties: { matches: { type: "array", items: match(version, options) } },
  };
  if (version === "v1alpha1" || version === "v1alpha2") return group;
  return { type: "object", required: ["spec"], properties: { spec: group } };
}

/** "When matching ports are not specified", all ports match (v1alpha4, line 153): neither field is required. */
const portRoute: Schema = {
  type: "object",
  required: ["spec"],
  properties: {
    spec: {
      type: "object",
      properties: {
        matches: {
          type: "object",
          properties: {
            ports: { type: "array", items: { type: "integer", format: "int32", minimum: 1, maximum: 65535 } },
          },
        },
      },
    },
  },
};

/** Metadata alone in v1alpha1 and 2, an empty `spec` in v1alpha3, ports in v1alpha4 (line 140). */
export function tcpRoute(version: string): Schema {
  if (version === "v1alpha4") return portRoute;
  return version === "v1alpha3" ? { type: "object", properties: { spec: { type: "object" } } } : { type: "object" };
}

/** Introduced in v1alpha4 (line 165). */
export const udpRoute = (): Schema => portRoute;
