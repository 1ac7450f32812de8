import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
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

it("lets the program that logs in see no token and no file of the runner's", async () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  const names = [
    "ACTIONS_RUNTIME_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "GITHUB_TOKEN",
    "INPUT_TOKEN",
    "GITHUB_STATE",
  ];
  for (const name of names) vi.stubEnv(name, "S3CRET");
  vi.stubEnv("AWS_PROFILE", "theirs");
  const seen = join(await testFolder(), "seen");
  const plugin = await fileOf(`#!/bin/sh\nenv >${seen}\necho '{"status":{"token":"t"}}'\n`);
  await chmod(plugin, 0o755);
  const exec = JSON.stringify({
    apiVersion: "client.authentication.k8s.io/v1",
    command: plugin,
    env: [{ name: "OWN", value: "1" }],
  });
  const read = await readKubeconfig(await fileOf(config("ctx").replace("user: {}", `user: {exec: ${exec}}`)));
  await read.applyToHTTPSOptions({});
  const env = await readFile(seen, "utf8");
  expect(env).not.toContain("S3CRET");
  expect(env).toContain("AWS_PROFILE=theirs");
  expect(env).toContain("OWN=1");
});

it("is refused where it logs in by the program of an auth-provider, which a shell would start", async () => {
  const provider = '{auth-provider: {name: gcp, config: {cmd-path: "/bin/sh"}}}';
  const text = config("ctx").replace("user: {}", `user: ${provider}`);
  await expect(readKubeconfig(await fileOf(text))).rejects.toThrow(/auth-provider/);
});
