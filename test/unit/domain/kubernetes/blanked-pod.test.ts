import { expect, it } from "vitest";
import { blankedPod } from "../../../../src/domain/kubernetes/blanked-pod.ts";

it("keeps the names of a pod's settings, and no value that may be a secret", () => {
  const container = {
    name: "proxy",
    image: "mesh/proxy:1",
    command: ["/proxy", "serve"],
    args: ["--log-level=debug", "--token=S3CRET", "--verbose", "S3CRET", "postgres://u:S3CRET@db"],
    env: [
      { name: "POD_NAME", value: "p" },
      { name: "PASSWORD", value: "S3CRET" },
      { name: "KEY", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
    ],
    livenessProbe: { httpGet: { path: "/", port: 1, httpHeaders: [{ name: "Authorization", value: "S3CRET" }] } },
    lifecycle: { preStop: { exec: { command: ["sh", "-c", "echo S3CRET"] } } },
  };
  const annotations = { "kubectl.kubernetes.io/last-applied-configuration": "S3CRET" };
  const pod = {
    ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "p", annotations } },
    spec: { containers: [container], initContainers: [container], ephemeralContainers: [container] },
    status: { phase: "Running", containerStatuses: [{ name: "proxy", ready: true }] },
  };
  const kept = blankedPod(pod);
  expect(JSON.stringify(kept)).not.toContain("S3CRET");
  expect(kept).toMatchObject({
    status: pod.status,
    spec: {
      containers: [
        {
          image: "mesh/proxy:1",
          args: ["--log-level=debug", "--token=(not kept)", "--verbose", "(not kept)", "(not kept)"],
          env: [
            { name: "POD_NAME", value: "p" },
            { name: "PASSWORD", value: "(not kept)" },
            { name: "KEY", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
          ],
        },
      ],
    },
  });
});
