/** A mesh profile: what a mesh is, as data (`meshes/<mesh>.yaml`). It knows nothing about individual assertions. */
import { z } from "zod";
import { openQuestionNames } from "../domain/assertion/open-questions.ts";
import { refusalOutcomes } from "../domain/measurement/refusal.ts";

const seconds = z.number().positive().describe("Seconds");

const workloadRef = z.strictObject({
  kind: z.enum(["Deployment", "DaemonSet", "StatefulSet"]),
  name: z.string(),
  namespace: z.string().optional().describe("The mesh's namespace by default"),
});

const chartSchema = z.strictObject({
  repository: z.url().describe("Helm repository"),
  name: z.string(),
  version: z.string().describe("Chart version"),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe("Digest of the chart archive"),
});

const versionSchema = z.strictObject({
  range: z.string().describe('Versions of the mesh that this entry applies to, as a semver range: ">=1.4.6 <1.5"'),
  kubernetes: z.string().optional().describe("Kubernetes versions that it works with, as a semver range"),
  install: z.strictObject({
    chart: chartSchema,
    values: z
      .record(z.string(), z.unknown())
      .default({})
      .describe("Chart values; {version} in a string is replaced by the mesh version"),
  }),
});

export const profileSchema = z
  .strictObject({
    mesh: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]*$/)
      .describe("Name by which the input `mesh` selects it"),
    title: z.string(),
    homepage: z.url().optional(),
    namespace: z.string().describe("Namespace of the control plane"),
    versions: z
      .array(versionSchema)
      .default([])
      .describe("Known versions; none are needed with a manifest given by the user"),
    join: z
      .strictObject({
        namespaceLabels: z.record(z.string(), z.string()).default({}),
        namespaceAnnotations: z.record(z.string(), z.string()).default({}),
        podLabels: z.record(z.string(), z.string()).default({}),
        podAnnotations: z.record(z.string(), z.string()).default({}),
        serviceAnnotations: z
          .partialRecord(z.enum(["http", "tcp", "udp"]), z.record(z.string(), z.string()))
          .default({})
          .describe("Annotations of a Service by the protocol of its ports"),
        host: z
          .string()
          .default("{service}.{namespace}.svc.cluster.local")
          .describe("Host name by which a Service is reached through the mesh"),
      })
      .prefault({}),
    refusal: z
      .strictObject({
        http: z.array(z.enum(refusalOutcomes)).default(["HTTP_REFUSED", "CONNECTION_REFUSED"]),
        tcp: z.array(z.enum(refusalOutcomes)).default(["CONNECTION_REFUSED"]),
        udp: z.array(z.enum(refusalOutcomes)).default(["CONNECTION_REFUSED", "DROP"]),
      })
      .prefault({})
      .describe("Outcomes that count as a refusal, by transport; DROP only if the mesh is known to drop"),
    silentOn: z
      .array(z.enum(["tcp", "udp", "h2c"]))
      .default([])
      .describe("Protocols that the mesh does not claim to govern: assertions about them are not applicable"),
    dataPlane: z
      .strictObject({
        requestHeader: z.string().optional().describe("Header that the mesh's proxy adds to requests"),
        peer: z
          .strictObject({ labels: z.record(z.string(), z.string()), namespace: z.string().optional() })
          .optional()
          .describe("Pods from whose addresses requests reach the server"),
        sidecar: z
          .strictObject({
            container: z.string().describe("Container that joining adds to a pod"),
            addresses: z
              .array(z.union([z.ipv4(), z.ipv6()]))
              .default(["127.0.0.1"])
              .describe("Addresses from which it passes requests to the server, besides the pod's own"),
          })
          .optional(),
      })
      .describe("How a request shows that it passed through the data plane of the mesh"),
    access: z
      .enum(["enforced", "none"])
      .describe(
        "enforced: what no TrafficTarget allows is denied; none: the mesh has no access control, and assertions about it do not apply",
      ),
    readings: z
      .array(z.enum(openQuestionNames))
      .default([])
      .describe(
        "Open questions of the specification in which the mesh differs from the assertions about them, which then do not apply",
      ),
    propagation: z
      .strictObject({ deadline: seconds })
      .describe("How long the mesh may take until a change is in force everywhere"),
    timeouts: z
      .strictObject({
        request: seconds.default(4).describe("For the answer to a request; if allowed, it takes milliseconds"),
        datagram: seconds.default(1).describe("For the echo of a datagram; each refused one takes the whole time"),
      })
      .prefault({})
      .describe("How long a probe waits before it counts as unanswered"),
    ready: z.strictObject({
      deadline: seconds,
      workloads: z.array(workloadRef).describe("Must be fully rolled out; empty only if there is nothing to install"),
    }),
    version: z
      .strictObject({ workload: workloadRef, container: z.string().optional().describe("The first one by default") })
      .optional()
      .describe("The container whose image tag shows which version is running"),
  })
  .refine(({ versions, ready }) => versions.length === 0 || ready.workloads.length > 0, {
    path: ["ready", "workloads"],
    error: "a mesh that is installed must name a workload that shows when it is ready",
  })
  .meta({ title: "SMI conformance mesh profile" });

export type MeshProfile = z.infer<typeof profileSchema>;
export type MeshVersion = z.infer<typeof versionSchema>;
export type WorkloadRef = z.infer<typeof workloadRef>;
