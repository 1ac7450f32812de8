/** What an assertion sends and what must come of it, as it is written in YAML. */
import { z } from "zod";
import type { Transport } from "../measurement/probe.ts";
import { smiKindNames } from "../smi/kinds.ts";
import { resourceRefSchema, resourceSchema } from "../smi/resource.ts";
import { controlNames } from "./controls.ts";

const control = z
  .enum(controlNames)
  .optional()
  .describe("This is a control of that name: if it does not hold, the row is INCONCLUSIVE and never FAIL");

/** Fields shared by everything that is sent from one workload to another. */
const exchange = {
  from: z.string().describe("Workload that sends"),
  to: z.string().describe("Service that it calls"),
  in: z
    .string()
    .optional()
    .describe("Namespace alias of that service, where several namespaces of the fixture have one of that name"),
  via: z
    .enum(["mesh", "service", "clusterIP", "podIP"])
    .optional()
    .describe(
      "Address used: the host name that the mesh profile gives (default), the plain Kubernetes name, or an IP address",
    ),
  port: z.number().int().optional().describe("Port of the service; its first one when left out"),
  get: z.string().optional().describe("Path of a GET request"),
  send: z
    .string()
    .regex(/^[A-Z]+ \/.*$/, 'expected "METHOD /path"')
    .optional()
    .describe("Method and path"),
  headers: z.record(z.string(), z.string()).optional(),
  protocol: z.enum(["http/1.1", "h2c"]).optional(),
  raw: z.literal(true).optional().describe("The path goes on the socket as it is written"),
  tcp: z.enum(["client-first", "server-first"]).optional(),
  udp: z.literal(true).optional(),
};

export const probeSchema = z.strictObject({ ...exchange });

export const probeExpectationSchema = z.strictObject({
  ...exchange,
  is: z
    .enum(["ok", "refused", "recorded"])
    .describe(
      "ok: the application answers each; refused: the mesh refuses each, and none arrives; recorded: no verdict",
    ),
  control,
});

export const distributionExpectationSchema = z.strictObject({
  ...exchange,
  requests: z.number().int().min(1).max(5000).describe("Sample size; each on a connection of its own unless kept"),
  reach: z
    .record(z.string(), z.union([z.number().min(0), z.enum(["some", "none"])]))
    .describe("Workload to weight (judged by an exact binomial interval), or to some or none"),
  connection: z.enum(["fresh", "kept"]).optional(),
  arriveAt: z
    .record(z.string(), z.number().int())
    .optional()
    .describe("Workload to the port of its container at which everything that reaches it must arrive"),
  control,
});

export const crdExpectationSchema = z.strictObject({
  crd: z.enum(smiKindNames as [string, ...string[]]),
  is: z.literal("served"),
});

export const versionsExpectationSchema = z.strictObject({ versions: z.literal("compatible") });

/** Tells when a mesh has taken in an object that must have no effect: what follows it has come into force. */
export const markerSchema = z.strictObject({
  apply: z.array(resourceSchema).min(1).describe("Applied after the object"),
  probe: probeSchema.describe("Refused before, and allowed once they are in force"),
});

export const submitExpectationSchema = z.strictObject({
  submit: resourceSchema.describe("Created once for each served version that the assertion applies to"),
  at: z
    .literal("unserved")
    .optional()
    .describe("Written in the newest version of the specification that the cluster does not serve instead"),
  is: z
    .enum(["stored", "converted", "rejected", "rejected-or-pruned", "rejected-or-ignored"])
    .describe(
      "stored: read back equals what was sent; converted: it means the same in every other served version; rejected: by the API server; or-pruned: or the patched fields are gone; or-ignored: or it grants nothing, as `staysRefused` shows",
    ),
  validVariant: resourceSchema
    .optional()
    .describe("The same object with only the fault mended, which a dry run must accept (valid-variant-accepted)"),
  staysRefused: probeSchema.optional().describe("Probe that must stay refused while the object is there"),
  marker: markerSchema.optional(),
  with: z.array(resourceSchema).optional().describe("Resources that it refers to"),
});

export const eventExpectationSchema = z.strictObject({
  event: resourceRefSchema.describe("A Warning event about this object"),
  is: z.enum(["present", "absent"]),
});

export const readyExpectationSchema = z.strictObject({
  ready: z.string().describe("Workload whose pods stay Ready"),
  is: z
    .enum(["ok", "recorded"])
    .describe("ok: all are Ready at the end of the phase, and none stopped being so in it; recorded: no verdict"),
});

export const expectationSchema = z.union([
  probeExpectationSchema,
  distributionExpectationSchema,
  crdExpectationSchema,
  versionsExpectationSchema,
  submitExpectationSchema,
  eventExpectationSchema,
  readyExpectationSchema,
]);

export type Probe = z.infer<typeof probeSchema>;
export type ProbeExpectation = z.infer<typeof probeExpectationSchema>;
export type DistributionExpectation = z.infer<typeof distributionExpectationSchema>;
export type VersionsExpectation = z.infer<typeof versionsExpectationSchema>;
export type ReadyExpectation = z.infer<typeof readyExpectationSchema>;
export type CrdExpectation = z.infer<typeof crdExpectationSchema>;
export type Marker = z.infer<typeof markerSchema>;
export type SubmitExpectation = z.infer<typeof submitExpectationSchema>;
export type EventExpectation = z.infer<typeof eventExpectationSchema>;
export type Expectation = z.infer<typeof expectationSchema>;

/** The transport of an exchange; HTTP unless it says otherwise. */
export function transportOf(probe: Probe): Transport {
  if (probe.tcp !== undefined) return "tcp";
  return probe.udp === true ? "udp" : "http";
}

/** Method and path of an HTTP exchange; `GET /` when it names none. */
export function requestLine(probe: Probe): { readonly method: string; readonly path: string } {
  if (probe.send !== undefined) {
    const [method = "GET", ...path] = probe.send.split(" ");
    return { method, path: path.join(" ") };
  }
  return { method: "GET", path: probe.get ?? "/" };
}

/** `a -> b GET /api`, for people. */
export function describeProbe(probe: Probe): string {
  const port = `${probe.port === undefined ? "" : `:${probe.port}`}${probe.in === undefined ? "" : ` in ${probe.in}`}`;
  const via = probe.via === undefined ? "" : ` by ${probe.via}`;
  const headers = Object.entries(probe.headers ?? {}).map(([name, value]) => ` ${name}=${value}`);
  const transport = transportOf(probe);
  const { method, path } = requestLine(probe);
  const what =
    transport === "http"
      ? `${probe.protocol === "h2c" ? "h2c " : ""}${method} ${path}${headers.join("")}`
      : transport === "tcp"
        ? `TCP ${probe.tcp}`
        : "UDP";
  return `${probe.from} -> ${probe.to}${port}${via} ${what}`;
}

/** Two exchanges with one port of one service in one transport: where the one gets through, the way is open to the other. */
export function sameServicePort(x: Probe, y: Probe): boolean {
  return x.to === y.to && x.in === y.in && x.port === y.port && x.tcp === y.tcp && x.udp === y.udp;
}
