/** The user's kind configuration: what is wrong with it is said before anything is created; ours goes on top. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { withTempFolder } from "../../../../src/adapters/files/folders.ts";
import { kindConfig, readKindConfig } from "../../../../src/adapters/kind/config.ts";
import { ConfigurationError } from "../../../../src/errors.ts";

const head = "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n";

async function read(text: string, imageGiven?: string) {
  return withTempFolder(async (folder) => {
    const file = join(folder, "kind.yaml");
    await writeFile(file, text);
    return readKindConfig(file, imageGiven).catch((error: unknown) => {
      if (!(error instanceof ConfigurationError)) throw error;
      return { mistake: error.message.replace(file, "kind.yaml"), input: error.input, remedy: error.remedy };
    });
  });
}

describe("a kind configuration", () => {
  it.each([
    ["of another kind", "kind: Config\napiVersion: kind.x-k8s.io/v1alpha4\n", /kind\.yaml:1:7: kind: .*Cluster/],
    ["of another version", "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha3\n", /:2:13: apiVersion: .*v1alpha4/],
    ["without a version", "kind: Cluster\n", /kind\.yaml:1:1: apiVersion/],
    ["that is no YAML", `${head}nodes: [\n`, /kind\.yaml:\d+:\d+: /],
    ["that is no mapping", "- a\n", /kind\.yaml:1:1: /],
    ["that is empty", "", /kind\.yaml:1:1: /],
    ["with a field that there is none of", `${head}nodez: []\n`, /kind\.yaml:1:1: .*nodez/],
    ["with a role that there is none of", `${head}nodes:\n- role: master\n`, /:4:9: nodes\.0\.role: /],
    ["with a field of a node that there is none of", `${head}nodes:\n- rol: worker\n`, /:4:3: nodes\.0: .*rol/],
    ["without a control plane", `${head}nodes:\n- role: worker\n`, /:4:1: nodes: no node has the role control-plane/],
    ["without a network", `${head}networking:\n  disableDefaultCNI: true\n`, /:4:22: .*no node would become ready/],
    [
      "with a port that is none",
      `${head}nodes:\n- extraPortMappings: [{containerPort: http}]\n`,
      /:4:39: .*containerPort/,
    ],
  ])("%s is a mistake, and where it is, is said", async (_, text, mistake) => {
    expect(await read(text)).toMatchObject({
      input: "kind-config",
      mistake: expect.stringMatching(mistake),
      remedy: expect.stringContaining("Mend the file"),
    });
  });

  it("that cannot be read is a mistake", async () => {
    await expect(readKindConfig("/nonexistent/kind.yaml")).rejects.toMatchObject({
      name: "ConfigurationError",
      input: "kind-config",
      message: expect.stringContaining('"/nonexistent/kind.yaml" cannot be read (ENOENT)'),
    });
  });

  it("with a node image and another from an input is a mistake, and with one of the two is none", async () => {
    const own = `${head}nodes:\n- role: control-plane\n- role: worker\n  image: kindest/node:v1\n`;
    expect(await read(own, "kubernetes-version")).toMatchObject({
      mistake: expect.stringMatching(/:6:10: nodes\.1\.image: kubernetes-version is given too/),
    });
    expect(await read(own)).toMatchObject({ nodes: [{}, { image: "kindest/node:v1" }] });
    expect(await read(head, "node-image")).toEqual({ kind: "Cluster", apiVersion: "kind.x-k8s.io/v1alpha4" });
  });
});

describe("the cluster's configuration", () => {
  const label = { "smi-conformance/cluster": "smi-conformance-1" };

  it("is one node where nothing is given, and where no node is", async () => {
    const one = {
      kind: "Cluster",
      apiVersion: "kind.x-k8s.io/v1alpha4",
      nodes: [{ role: "control-plane", labels: label }],
    };
    expect(parse(kindConfig("smi-conformance-1"))).toEqual(one);
    for (const text of [head, `${head}nodes: []\n`]) {
      const given = await read(text);
      if ("mistake" in given) throw new Error(given.mistake);
      expect(parse(kindConfig("smi-conformance-1", given))).toEqual(one);
    }
  });

  it("is the user's, each setting of it, with our name and our label on every node", async () => {
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
    const given = await read(text);
    if ("mistake" in given) throw new Error(given.mistake);
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
