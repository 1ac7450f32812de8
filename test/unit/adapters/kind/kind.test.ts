import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { assertClusterName, newClusterName } from "../../../../src/adapters/kind/config.ts";
import { createKind } from "../../../../src/adapters/kind/kind.ts";
import { identifyProcess, type ProcessIdentity } from "../../../../src/adapters/kind/process-identity.ts";
import { createTool } from "../../../../src/adapters/tools/process.ts";
import { ConfigurationError, InfrastructureError, ToolError } from "../../../../src/errors.ts";
import { fakeKind } from "../../../fakes/fake-kind.ts";
import { recordingLog, testFolder } from "../../../fakes/fake-program.ts";
import { heldClock } from "../../../fakes/held-clock.ts";

const deadlineMs = 60_000;

async function setUp() {
  const [fake, stateFolder, log] = [await fakeKind(), await testFolder(), recordingLog()];
  const clock = heldClock();
  const tool = createTool({ log, clock });
  const kind = createKind({ tool, clock, log, kind: fake.path, stateFolder });
  const spec = { name: newClusterName(), nodeImage: undefined, deadlineMs };
  return { fake, stateFolder, log, clock, tool, kind, spec };
}

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
    expect(() => assertClusterName(name)).toThrow(ConfigurationError);
    const { kind, fake, spec } = await setUp();
    await expect(kind.create({ ...spec, name })).rejects.toThrow(ConfigurationError);
    expect(await fake.calls()).toEqual([]);
  });
});

describe("how kind is called", () => {
  it("creates one node with a kubeconfig of its own, and never with --wait", async () => {
    const { kind, fake, spec, stateFolder } = await setUp();
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
    const { fake, stateFolder, tool, clock, log, spec } = await setUp();
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
    const { kind, fake, spec, stateFolder } = await setUp();
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
    const { kind, fake, spec, stateFolder } = await setUp();
    await fake.breakCreate({ fail: stderr });
    const error = await failureOf(kind.create(spec));
    expect(error).toMatchObject({ code, advice: expect.stringMatching(advice) });
    expect(error.cause).toBeInstanceOf(ToolError);
    expect(error.message).toContain(spec.name);
    expect(await fake.clusters()).toEqual([]);
    expect(existsSync(join(stateFolder, spec.name))).toBe(false);
  });

  it("is known by its cause, however much kind prints after it", async () => {
    const { kind, fake, spec } = await setUp();
    await fake.breakCreate({ fail: `no space left on device\n${"stack frame\n".repeat(500)}ERROR: exit status 1` });
    expect((await failureOf(kind.create(spec))).message).toContain("the disk is full");
  });

  it("because it took too long leaves nothing and says so", async () => {
    const { kind, fake, spec, log, clock } = await setUp();
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
    const { kind, fake, spec, log, clock } = await setUp();
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
    const { kind, fake, spec } = await setUp();
    await fake.plant(spec.name);
    expect((await failureOf(kind.create(spec))).message).toContain("already");
    expect(await fake.clusters()).toEqual([spec.name]);
  });

  it("because the name was taken in between leaves the cluster that has it", async () => {
    const { kind, fake, spec, stateFolder } = await setUp();
    await fake.breakCreate({
      fail: `ERROR: failed to create cluster: node(s) already exist for a cluster with the name "${spec.name}"`,
    });
    expect((await failureOf(kind.create(spec))).message).toContain("a cluster of this name already exists");
    expect((await fake.calls()).map((call) => call.argv[0])).not.toContain("delete");
    expect(existsSync(join(stateFolder, spec.name))).toBe(false);
  });

  it("because another live run is making that name leaves its record alone", async () => {
    const { kind, fake, spec, stateFolder, tool } = await setUp();
    await record(stateFolder, spec.name, await identifyProcess(process.ppid, tool));
    await failureOf(kind.create(spec));
    expect((await fake.calls()).map((call) => call.argv[0])).not.toContain("create");
    expect(existsSync(join(stateFolder, spec.name, "owner.json"))).toBe(true);
  });
});

async function record(stateFolder: string, name: string, owner: ProcessIdentity | undefined): Promise<void> {
  await mkdir(join(stateFolder, name), { recursive: true });
  await writeFile(join(stateFolder, name, "owner.json"), JSON.stringify(owner));
}

describe("leftovers", () => {
  const names = { live: "smi-conformance-live", dead: "smi-conformance-dead" };

  it("are the clusters whose recorded owner is dead, and no others", async () => {
    const { kind, fake, stateFolder, tool } = await setUp();
    const me = await identifyProcess(process.pid, tool);
    if (!me) throw new Error("no identity");
    const owners: Record<string, ProcessIdentity> = {
      [names.live]: me,
      [names.dead]: { ...me, pid: 2 ** 22 + 1 },
      "smi-conformance-pid-used-again": { ...me, startedAt: "1" },
      "smi-conformance-before-boot": { ...me, boot: "another" },
      "smi-conformance-other-host": { ...me, host: "another", startedAt: "1" },
      "smi-conformance-other-container": { ...me, pidNamespace: "pid:[1]", startedAt: "1" },
      "without-prefix": { ...me, startedAt: "1" },
    };
    for (const [name, owner] of Object.entries(owners)) {
      await record(stateFolder, name, owner);
      await fake.plant(name);
    }
    await fake.plant("smi-conformance-no-record");
    await fake.plant("kind");
    await mkdir(join(stateFolder, "smi-conformance-damaged"));
    await writeFile(join(stateFolder, "smi-conformance-damaged", "owner.json"), "{");
    await fake.plant("smi-conformance-damaged");
    expect([...(await kind.leftovers())].sort()).toEqual([
      "smi-conformance-before-boot",
      names.dead,
      "smi-conformance-pid-used-again",
    ]);
  });

  it("exclude a cluster while its run lives, include it after, and exclude it again when it is kept", async () => {
    const { kind, fake, spec, stateFolder } = await setUp();
    const { kubeconfig } = await kind.create(spec);
    expect(await kind.leftovers()).toEqual([]);
    const file = join(stateFolder, spec.name, "owner.json");
    const owner = JSON.parse(await readFile(file, "utf8")) as ProcessIdentity;
    expect(owner.pid).toBe(process.pid);
    await writeFile(file, JSON.stringify({ ...owner, startedAt: "1" }));
    expect(await kind.leftovers()).toEqual([spec.name]);
    await kind.keep(spec.name);
    expect(await kind.leftovers()).toEqual([]);
    expect(existsSync(kubeconfig)).toBe(true);
    expect(await fake.clusters()).toEqual([spec.name]);
  });

  it("are forgotten when they are gone in another way, and their name can be had again", async () => {
    const { kind, stateFolder, spec, tool } = await setUp();
    const me = await identifyProcess(process.pid, tool);
    if (!me) throw new Error("no identity");
    await record(stateFolder, names.dead, { ...me, startedAt: "1" });
    await record(stateFolder, names.live, me);
    await record(stateFolder, spec.name, { ...me, startedAt: "1" });
    await kind.create(spec);
    expect(await kind.leftovers()).toEqual([]);
    expect(existsSync(join(stateFolder, names.dead))).toBe(false);
    expect(existsSync(join(stateFolder, names.live))).toBe(true);
  });
});

describe("a daemon that does not answer", () => {
  it("is named as the cause, whatever was asked", async () => {
    const { kind, fake, spec } = await setUp();
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
  const { kind, spec } = await setUp();
  await kind.create(spec);
  const error = await failureOf(kind.loadArchive(spec.name, "/nowhere.tar"));
  expect(error).toMatchObject({ code: "image-load", message: expect.stringContaining("no such file") });
});
