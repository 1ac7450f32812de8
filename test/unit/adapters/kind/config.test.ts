/** What a cluster is created from: the user's kind configuration, with ours on top. */
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { kindConfig, kindConfigSchema } from "../../../../src/adapters/kind/config.ts";

const head = "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n";

describe("the cluster's configuration", () => {
  const label = { "smi-conformance/cluster": "smi-conformance-1" };

  it("is one node where nothing is given, and where no node is", () => {
    const one = {
      kind: "Cluster",
      apiVersion: "kind.x-k8s.io/v1alpha4",
      nodes: [{ role: "control-plane", labels: label }],
    };
    expect(parse(kindConfig("smi-conformance-1"))).toEqual(one);
    for (const text of [head, `${head}nodes: []\n`]) {
      const given = kindConfigSchema.parse(parse(text));
      expect(parse(kindConfig("smi-conformance-1", given))).toEqual(one);
    }
  });

  it("is the user's, each setting of it, with our name and our label on every node", () => {
    const text = `${head}name: mine
networking: { ipFamily: dual, podSubnet: 10.1.0.0/16, kubeProxyMode: nftables }
featureGates: { SomeGate: true }
runtimeConfig: { api/alpha: "true" }
containerdConfigPatches: ["[plugins]"]
containerdConfigPatchesJSON6902: ["[]"]
kubeadmConfigPatches: ["kind: ClusterConfiguration"]
kubeadmConfigPatchesJSON6902: [{ group: g, version: v, kind: k, patch: "[]" }]
nodes:
- role: control-plane
  labels: { zone: a, smi-conformance/cluster: not-ours }
  extraPortMappings: [{ containerPort: 80, hostPort: 8080, protocol: TCP }]
- role: worker
  extraMounts: [{ hostPath: /a, containerPath: /b, readOnly: true }]
- {}
`;
    const given = kindConfigSchema.parse(parse(text));
    const asked = parse(text);
    expect(parse(kindConfig("smi-conformance-1", given))).toEqual({
      ...asked,
      name: "smi-conformance-1",
      nodes: [
        { ...asked.nodes[0], labels: { zone: "a", ...label } },
        { ...asked.nodes[1], labels: label },
        { role: "control-plane", labels: label },
      ],
    });
  });
});
