import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { assertClusterName, newClusterName } from "../../../../src/adapters/kind/config.ts";
import { createKind } from "../../../../src/adapters/kind/kind.ts";
import { InfrastructureError, ToolError } from "../../../../src/errors.ts";
import { kindOnFake } from "../../../fakes/fake-kind.ts";
import type { recordingLog } from "../../../fakes/fake-program.ts";

const deadlineMs = 60_000;

async function failureOf(run: Promise<unknown>): Promise<InfrastructureError> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InfrastructureError);
  return error as InfrastructureError;
}

/** Resolves once kind has printed a line with this text. */
async function printed(log: ReturnType<typeof recordingLog>, text: string): Promise<void> {
  await expect.poll(() => log.lines.join("\n")).toContain(text);
}

describe("names", () => {
  it("are new each time, and such as kind and DNS accept", () => {
    const names = new Set(Array.from({ length: 100 }, newClusterName));
    expect(names.size).toBe(100);
    for (const name of names) expect(() => assertClusterName(name)).not.toThrow();
  });

  it.each([
    "kind",
    "smi-conformance-",
    "smi-conformance-A",
    "smi-conformance-a_b",
    "smi-conformance--a",
    `smi-conformance-${"a".repeat(35)}`,
  ])("are refused when they are like %s", async (name) => {
    expect(() => assertClusterName(name)).toThrow(InfrastructureError);
    const { kind, fake, spec } = await kindOnFake(deadlineMs);
    await expect(kind.create({ ...spec, name })).rejects.toThrow("is not a cluster name that we may use");
    expect(await fake.calls()).toEqual([]);
  });
});

describe("how kind is called", () => {
  it("creates one node with a kubeconfig of its own, and never with --wait", async () => {
    const { kind, fake, spec, stateFolder } = await kindOnFake(deadlineMs);
    const made = await kind.create({ ...spec, nodeImage: "kindest/node:v1@sha256:0" });
    const kubeconfig = join(stateFolder, spec.name, "kubeconfig");
    expect(made).toEqual({ name: spec.name, kubeconfig });
    const call = (await fake.calls()).at(-1);
    expect(call?.argv).toEqual([
      "create",
      "cluster",
      "--name",
      spec.name,
      "--kubeconfig",
      kubeconfig,
      "--config",
      "-",
      "--image",
      "kindest/node:v1@sha256:0",
    ]);
    expect(parse(call?.input ?? "")).toEqual({
      kind: "Cluster",
      apiVersion: "kind.x-k8s.io/v1alpha4",
      nodes: [{ role: "control-plane", labels: { "smi-conformance/cluster": spec.name } }],
    });
  });

  it("creates what the user's configuration says, with our label on each node", async () => {
    const { fake, stateFolder, tool, clock, log, spec } = await kindOnFake(deadlineMs);
    const labels = { "smi-conformance/cluster": spec.name };
    const config = {
      kind: "Cluster" as const,
      apiVersion: "kind.x-k8s.io/v1alpha4" as const,
      networking: { ipFamily: "dual" },
      nodes: [{ role: "control-plane" as const }, { role: "worker" as const }],
    };
    await createKind({ tool, clock, log, kind: fake.path, stateFolder, config }).create(spec);
    expect(parse((await fake.calls()).at(-1)?.input ?? "")).toEqual({
      ...config,
      nodes: config.nodes.map((node) => ({ ...node, labels })),
    });
  });

  it("loads an archive in one call, exports logs, and names the kubeconfig also when it deletes", async () => {
    const { kind, fake, spec, stateFolder } = await kindOnFake(deadlineMs);
    const { kubeconfig } = await kind.create(spec);
    const archive = join(stateFolder, "two words.tar");
    await writeFile(archive, "");
    await kind.loadArchive(spec.name, archive);
    await kind.exportLogs(spec.name, join(stateFolder, "logs"));
    await kind.delete(spec.name);
    expect((await fake.calls()).slice(2).map((call) => call.argv)).toEqual([
      ["load", "image-archive", archive, "--name", spec.name],
      ["export", "logs", join(stateFolder, "logs"), "--name", spec.name],
      ["delete", "cluster", "--name", spec.name, "--kubeconfig", kubeconfig],
    ]);
    expect(existsSync(kubeconfig)).toBe(false);
  });
});

describe("a create that fails", () => {
  it.each([
    [
      "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
      "docker-unavailable",
      /docker version/,
    ],
    [
      'ERROR: failed to create cluster: failed to pull image "kindest/node:v9": command "docker pull" failed',
      "kind-create",
      /node-image/,
    ],
    [
      "docker: Error response from daemon: driver failed: Bind for 127.0.0.1:6443 failed: port is already allocated",
      "kind-create",
      /docker ps/,
    ],
    ["write /var/lib/x: no space left on device", "kind-create", /docker system df/],
    ['ERROR: could not find a log line that matches "Reached target"', "kind-create", /cgroup/],
    [
      "ERROR: failed to create cluster: failed to init node with kubeadm: exit status 1",
      "kind-create",
      /release notes/,
    ],
    ["something nobody has seen", "kind-create", /known-issues/],
  ] as const)("because %s leaves nothing and says what to do", async (stderr, code, advice) => {
    const { kind, fake, spec, stateFolder } = await kindOnFake(deadlineMs);
    await fake.breakCreate({ fail: stderr });
    const error = await failureOf(kind.create(spec));
    expect(error).toMatchObject({ code, advice: expect.stringMatching(advice) });
    expect(error.cause).toBeInstanceOf(ToolError);
    expect(error.message).toContain(spec.name);
    expect(await fake.clusters()).toEqual([]);
    expect(existsSync(join(stateFolder, spec.name))).toBe(false);
  });

  it("is known by its cause, however much kind prints after it", async () => {
    const { kind, fake, spec } = await kindOnFake(deadlineMs);
    await fake.breakCreate({ fail: `no space left on device\n${"stack frame\n".repeat(500)}ERROR: exit status 1` });
    expect((await failureOf(kind.create(spec))).message).toContain("the disk is full");
  });

  it("because it took too long leaves nothing and says so", async () => {
    const { kind, fake, spec, log, clock } = await kindOnFake(deadlineMs);
    await fake.breakCreate("hang");
    const creating = failureOf(kind.create(spec));
    await printed(log, "Starting control-plane");
    clock.expire(deadlineMs);
    expect(await creating).toMatchObject({ code: "kind-create", message: expect.stringContaining("within 60000 ms") });
    expect(await fake.clusters()).toEqual([]);
  });

  it.each([
    ["as soon as its node is taken away", "hang"],
    ["by force when it outlasts our patience of 5 s, and a runner's is 7.5 s", "hang deaf"],
  ] as const)("because the run was stopped leaves nothing, and ends %s", async (_, how) => {
    const { kind, fake, spec, log, clock } = await kindOnFake(deadlineMs);
    await fake.breakCreate(how);
    const stop = new AbortController();
    const creating = failureOf(kind.create(spec, stop.signal));
    await printed(log, "Starting control-plane");
    stop.abort();
    await expect.poll(() => clock.deadlines).toContain(5_000);
    // What ends by itself does so though our patience has no end.
    if (how === "hang deaf") clock.expire(5_000);
    expect(await creating).toMatchObject({ code: "interrupted", cause: expect.any(ToolError) });
    expect(await fake.clusters()).toEqual([]);
  });

  it("because the name is taken leaves the cluster that has it", async () => {
    const { kind, fake, spec } = await kindOnFake(deadlineMs);
    await fake.plant(spec.name);
    expect((await failureOf(kind.create(spec))).message).toContain("already");
    expect(await fake.clusters()).toEqual([spec.name]);
  });

  it("because the name was taken in the meantime leaves the cluster that has it", async () => {
    const { kind, fake, spec, stateFolder } = await kindOnFake(deadlineMs);
    await fake.breakCreate({
      fail: `ERROR: failed to create cluster: node(s) already exist for a cluster with the name "${spec.name}"`,
    });
    expect((await failureOf(kind.create(spec))).message).toContain("a cluster of this name already exists");
    expect((await fake.calls()).map((call) => call.argv[0])).not.toContain("delete");
    expect(existsSync(join(stateFolder, spec.name))).toBe(false);
  });
});

describe("a daemon that does not answer", () => {
  it("is named as the cause, whatever was asked", async () => {
    const { kind, fake, spec } = await kindOnFake(deadlineMs);
    await fake.breakAll(
      'ERROR: failed to list clusters: command "docker ps -a" failed with error: exit status 1\nCommand Output: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
    );
    const asked = [
      () => kind.list(),
      () => kind.leftovers(),
      () => kind.delete(spec.name),
      () => kind.create(spec),
      () => kind.loadArchive(spec.name, "/x"),
    ];
    for (const ask of asked) expect((await failureOf(ask())).code).toBe("docker-unavailable");
  });
});

it("says that an archive was not loaded, and why", async () => {
  const { kind, spec } = await kindOnFake(deadlineMs);
  await kind.create(spec);
  const error = await failureOf(kind.loadArchive(spec.name, "/nowhere.tar"));
  expect(error).toMatchObject({ code: "image-load", message: expect.stringContaining("no such file") });
});
