/** A fixture: the namespaces, workloads and services that assertions run in, as data (`assertions/fixtures/*.yaml`). */
import { z } from "zod";
import { resourceSchema } from "../smi/resource.ts";
import { probeSchema } from "./expectation.ts";

const name = z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, "expected a lower-case Kubernetes name");

export const workloadSchema = z.strictObject({
  account: name.optional().describe("ServiceAccount; the workload's own name when left out"),
  in: name.optional().describe("Namespace alias; the first namespace when left out"),
  replicas: z.number().int().min(0).default(1),
  role: z
    .enum(["client", "server"])
    .default("client")
    .describe("What it is there for: the suite's own tests take the servers away, and nothing may pass or fail then"),
  mesh: z.boolean().default(true).describe("false: a workload outside of the mesh"),
  labels: z.record(z.string(), z.string()).default({}),
});

export const serviceSchema = z.strictObject({
  name,
  in: name.optional(),
  selects: z.array(name).min(1).describe("Workloads whose pods are its endpoints"),
  protocol: z.enum(["http", "tcp", "udp"]).default("http"),
  ports: z.array(z.strictObject({ port: z.number().int(), targetPort: z.number().int().optional() })).min(1),
});

export const fixtureSchema = z.strictObject({
  id: name,
  title: z.string(),
  namespaces: z.array(name).min(1),
  workloads: z.record(name, workloadSchema),
  services: z.array(serviceSchema).default([]),
  base: z
    .array(resourceSchema)
    .default([])
    .describe(
      "Resources that every assertion of this fixture builds on; left out where the mesh does not serve their kind",
    ),
  steadyState: z
    .array(
      probeSchema.extend({ is: z.literal("ok").optional().describe("Must be answered before the cell is leased") }),
    )
    .default([])
    .describe("Probes by which a cell is seen to be in its steady state"),
});

/** A file of `assertions/fixtures/`. */
export const fixtureFileSchema = z
  .strictObject({ format: z.literal(2), ...fixtureSchema.shape })
  .meta({ title: "SMI conformance fixture" });

export type Fixture = z.infer<typeof fixtureSchema>;
export type Workload = z.infer<typeof workloadSchema>;
export type Service = z.infer<typeof serviceSchema>;
