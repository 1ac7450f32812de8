/** The user's kind configuration: what is wrong with it is said before anything is created. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withTempFolder } from "../../../src/adapters/files/folders.ts";
import { ConfigurationError } from "../../../src/errors.ts";
import { readKindConfig } from "../../../src/setup/kind-config.ts";

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
    [
      "of another kind",
      "kind: Config\napiVersion: kind.x-k8s.io/v1alpha4\n",
      /kind\.yaml:1:7: kind: .*Allowed: Cluster/,
    ],
    [
      "of another version",
      "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha3\n",
      /:2:13: apiVersion: .*Allowed: kind.x-k8s.io\/v1alpha4/,
    ],
    ["without a version", "kind: Cluster\n", /kind\.yaml:1:1: apiVersion is missing/],
    ["that is no YAML", `${head}nodes: [\n`, /kind\.yaml:\d+:\d+: /],
    ["that is no mapping", "- a\n", /kind\.yaml:1:1: /],
    ["that is empty", "", /kind\.yaml:1:1: /],
    ["with a field that does not exist", `${head}nodez: []\n`, /kind\.yaml:3:1: .*nodez.*Did you mean nodes/],
    [
      "with a role that does not exist",
      `${head}nodes:\n- role: master\n`,
      /:4:9: nodes\.0\.role: .*Allowed: control-plane, worker/,
    ],
    [
      "with a field of a node that does not exist",
      `${head}nodes:\n- rol: worker\n`,
      /:4:3: nodes\.0: .*rol.*Did you mean role/,
    ],
    ["without a control plane", `${head}nodes:\n- role: worker\n`, /:4:1: nodes: no node has the role control-plane/],
    ["without a network", `${head}networking:\n  disableDefaultCNI: true\n`, /:4:22: .*no node would become ready/],
    [
      "with a port that is none",
      `${head}nodes:\n- extraPortMappings: [{containerPort: http}]\n`,
      /:4:39: .*containerPort/,
    ],
  ])("%s is a mistake, and where it is, is said", async (_, text, mistake) => {
    const found = await read(text);
    expect(found).toMatchObject({ input: "kind-config" });
    expect("mistake" in found && `${found.mistake} ${found.remedy}`).toMatch(mistake);
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
