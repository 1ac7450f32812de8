/** SMI objects as assertions write them: neutral of API version. `render.ts` gives them the shape of a served version. */
import { z } from "zod";

const objectName = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, "expected a lower-case Kubernetes object name")
  .describe("Object name, unique within its kind and namespace");

const namespaceAlias = z.string().describe("Namespace alias of the fixture; its first namespace when left out");

const subject = z
  .union([
    z.string(),
    z.strictObject({
      account: z.string().describe("Workload whose ServiceAccount is meant"),
      in: namespaceAlias,
    }),
  ])
  .describe(
    "A workload of the fixture, standing for its ServiceAccount; or an account of that name in another namespace",
  );

const patch = z
  .record(z.string(), z.unknown())
  .describe(
    "JSON merge patch (RFC 7386) laid over the rendered body (the spec, or the whole object in versions without one): for malformed objects",
  );

const shared = { in: namespaceAlias.optional(), patch: patch.optional() };

export const routeMatchSchema = z.strictObject({
  name: z.string().describe("Primary key of the match within its group"),
  pathRegex: z.string().optional(),
  methods: z.array(z.string()).optional(),
  headers: z
    .record(z.string(), z.string())
    .optional()
    .describe("Header name to value regex; written as the served schema has it"),
});

/** What `matches: all` stands for. */
const everyRequest: z.infer<typeof routeMatchSchema> = { name: "all", pathRegex: ".*", methods: ["*"] };

export const httpRouteGroupSchema = z.strictObject({
  httpRouteGroup: objectName,
  matches: z
    .union([z.array(routeMatchSchema), z.literal("all").transform(() => [everyRequest])])
    .describe('`all`: one match of that name for every request (pathRegex ".*", methods ["*"])'),
  headersForm: z
    .enum(["served", "other"])
    .optional()
    .describe("other: headers are written as a map where the served schema has a list, and the other way round"),
  ...shared,
});

export const tcpRouteSchema = z.strictObject({
  tcpRoute: objectName,
  ports: z.array(z.number().int()).optional().describe("Left out: every port"),
  ...shared,
});

export const udpRouteSchema = z.strictObject({
  udpRoute: objectName,
  ports: z.array(z.number().int()).optional().describe("Left out: every port"),
  ...shared,
});

const ruleSchema = z.union([
  z.strictObject({ httpRouteGroup: z.string(), matches: z.array(z.string()).optional() }),
  z.strictObject({ tcpRoute: z.string() }),
  z.strictObject({ udpRoute: z.string() }),
]);

export const trafficTargetSchema = z.strictObject({
  trafficTarget: objectName,
  destination: subject.optional(),
  port: z.number().int().optional().describe("destination.port, which exists up to access v1alpha2"),
  sources: z.array(subject).optional(),
  rules: z.array(ruleSchema).optional(),
  ...shared,
});

export const trafficSplitSchema = z.strictObject({
  trafficSplit: objectName,
  service: z.string().optional().describe("Root service"),
  backends: z
    .record(z.string(), z.union([z.number(), z.string()]))
    .optional()
    .describe("Backend service to weight"),
  matches: z
    .array(z.string())
    .optional()
    .describe("HTTPRouteGroups whose requests are split; split v1alpha3 and newer"),
  ...shared,
});

export const resourceSchema = z.union([
  httpRouteGroupSchema,
  tcpRouteSchema,
  udpRouteSchema,
  trafficTargetSchema,
  trafficSplitSchema,
]);

export type HttpRouteGroup = z.infer<typeof httpRouteGroupSchema>;
export type TcpRoute = z.infer<typeof tcpRouteSchema>;
export type UdpRoute = z.infer<typeof udpRouteSchema>;
export type TrafficTarget = z.infer<typeof trafficTargetSchema>;
export type TrafficSplit = z.infer<typeof trafficSplitSchema>;
export type Resource = z.infer<typeof resourceSchema>;
export type Subject = z.infer<typeof subject>;

/** Names one resource of an assertion, to remove it again. */
export const resourceRefSchema = z.union([
  z.strictObject({ httpRouteGroup: objectName, in: namespaceAlias.optional() }),
  z.strictObject({ tcpRoute: objectName, in: namespaceAlias.optional() }),
  z.strictObject({ udpRoute: objectName, in: namespaceAlias.optional() }),
  z.strictObject({ trafficTarget: objectName, in: namespaceAlias.optional() }),
  z.strictObject({ trafficSplit: objectName, in: namespaceAlias.optional() }),
]);

export type ResourceRef = z.infer<typeof resourceRefSchema>;
