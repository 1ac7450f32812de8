import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readKubeconfig } from "../../../../src/adapters/kubernetes/kubeconfig.ts";
import { testFolder } from "../../../fakes/fake-program.ts";

const config = (context: string) => `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://127.0.0.1:6443"}}]
users: [{name: u, user: {}}]
contexts: [{name: ctx, context: {cluster: c, user: u}}]
current-context: ${context}
`;

async function fileOf(text: string): Promise<string> {
  const file = join(await testFolder(), "kubeconfig");
  await writeFile(file, text);
  return file;
}

it("is read, with the cluster of its current context", async () => {
  expect((await readKubeconfig(await fileOf(config("ctx")))).getCurrentCluster()?.server).toBe(
    "https://127.0.0.1:6443",
  );
});

it.each([
  ["is no YAML", "a: [", /is not a kubeconfig \(.+\)$/],
  ["has a context that does not exist", config("other"), /has no cluster for its current context "other"$/],
  ["is empty", "", /is not a kubeconfig|has no cluster/],
])("is a mistake of the user's where it %s", async (_, text, words) => {
  await expect(readKubeconfig(await fileOf(text))).rejects.toMatchObject({
    name: "ConfigurationError",
    input: "kubeconfig",
    message: expect.stringMatching(words),
  });
});

it("is a mistake of the user's where there is no file", async () => {
  await expect(readKubeconfig("/nowhere/kubeconfig")).rejects.toMatchObject({
    input: "kubeconfig",
    message: expect.stringContaining('"/nowhere/kubeconfig" cannot be read (ENOENT)'),
  });
});
