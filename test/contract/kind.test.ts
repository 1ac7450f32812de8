/** The kind wrapper on a fake and on the real kind: what the fake promises in unit tests, the real one must keep. */
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../src/adapters/clock.ts";
import { newClusterName } from "../../src/adapters/kind/config.ts";
import { createKind, type KindProvider } from "../../src/adapters/kind/kind.ts";
import { InfrastructureError } from "../../src/errors.ts";
import { readKindConfig } from "../../src/setup/kind-config.ts";
import { fakeKind } from "../fakes/fake-kind.ts";
import { BASE_IMAGE, images, log, NODE_IMAGE, obstacle, tool } from "./lab-kind.ts";

/** Milliseconds that a runner leaves between its SIGINT and its SIGTERM, less what it takes us to notice. */
const RUNNER_GRACE_MS = 7_000;

const reason = await obstacle();
if (reason) console.warn(`The real kind is not tried: ${reason}.`);

/** What kind says when it is stopped: `docker run` is under way at the first, kubeadm at the second. */
const STOPPED = ["Preparing nodes", "Starting control-plane"];

/** As a user gives it: a label and a network that no default has. */
const CONFIG = `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
networking:
  podSubnet: 10.99.0.0/16
nodes:
  - role: control-plane
    labels: {tier: gold}
`;

async function config(folder: string) {
  const file = join(folder, "kind.yaml");
  await writeFile(file, CONFIG);
  return readKindConfig(file);
}

const SIDES = [
  {
    side: "fake",
    isReal: false,
    create: async (folder: string, stateFolder: string) => {
      const fake = await fakeKind(folder);
      return {
        fake,
        kind: createKind({ tool, clock: systemClock, log, kind: fake.path, stateFolder, config: await config(folder) }),
      };
    },
  },
  {
    side: "real",
    isReal: true,
    create: async (folder: string, stateFolder: string) => ({
      fake: undefined,
      kind: createKind({ tool, clock: systemClock, log, stateFolder, config: await config(folder) }),
    }),
  },
];

describe.each(SIDES)("the $side kind", ({ isReal, create }) => {
  // Registered as skipped rather than left out, so that a report shows what was not tried.
  const when = it.runIf(!isReal || reason === undefined);
  let folder: string;
  let kind: KindProvider;
  let fake: Awaited<ReturnType<typeof fakeKind>> | undefined;
  const name = newClusterName();
  /** No stopped create is in the way of another. */
  const stoppedName = (line: string) => `${name}-${line[0]?.toLowerCase()}`;
  const spec = { name, nodeImage: isReal ? NODE_IMAGE : undefined, deadlineMs: 5 * 60_000 };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "smi-kind-"));
    ({ kind, fake } = await create(folder, join(folder, "state")));
    vi.stubEnv("KUBECONFIG", join(folder, "the-users-own"));
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    // A node that Docker was still making when its client was killed may have come since.
    if (!isReal || reason === undefined) for (const one of [name, ...STOPPED.map(stoppedName)]) await kind.delete(one);
    await rm(folder, { recursive: true, force: true });
  });

  const failureOf = async (run: Promise<unknown>): Promise<InfrastructureError> => {
    const error = await run.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(InfrastructureError);
    return error as InfrastructureError;
  };

  const timed = async <T>(what: string, run: Promise<T>): Promise<T> => {
    const started = performance.now();
    try {
      return await run;
    } finally {
      if (isReal) console.info(`${what}: ${Math.round(performance.now() - started)} ms`);
    }
  };

  when("creates a cluster with a kubeconfig of its own", async () => {
    expect(await kind.list()).not.toContain(name);
    const made = await timed("create", kind.create(spec));
    expect(await kind.list()).toContain(name);
    expect(await readFile(made.kubeconfig, "utf8")).toContain(`current-context: kind-${name}`);
    expect((await stat(join(made.kubeconfig, ".."))).mode & 0o077).toBe(0);
    expect(existsSync(join(folder, "the-users-own"))).toBe(false);
  });

  when("makes it as the user's configuration says, with a label of its own besides", async () => {
    if (!isReal) {
      const { input = "" } = (await fake?.calls())?.find(({ argv }) => argv[0] === "create") ?? {};
      expect(input).toContain("podSubnet: 10.99.0.0/16");
      expect(input).toMatch(/tier: gold\n\s+smi-conformance\/cluster: /);
      return;
    }
    const read = async (...what: readonly string[]) => {
      const kubectl = ["kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf", "get", ...what];
      return (await tool.run(["docker", "exec", `${name}-control-plane`, ...kubectl])).stdout;
    };
    const labels = await read("node", "--output", "jsonpath={.items[*].metadata.labels}");
    expect(JSON.parse(labels)).toMatchObject({ tier: "gold", "smi-conformance/cluster": name });
    expect(await read("configmap", "kubeadm-config", "--namespace", "kube-system", "--output", "yaml")).toContain(
      "podSubnet: 10.99.0.0/16",
    );
  });

  when("refuses a name that is taken, and leaves that cluster", async () => {
    expect(await failureOf(kind.create(spec))).toMatchObject({
      code: "kind-create",
      message: expect.stringContaining("already"),
    });
    expect(await kind.list()).toContain(name);
  });

  when("loads an archive of images", async () => {
    const archive = join(folder, "app images.tar");
    if (isReal) await timed("save", images.save([BASE_IMAGE], archive));
    else await writeFile(archive, "");
    await timed("load", kind.loadArchive(name, archive));
    if (isReal) {
      const { stdout } = await tool.run(["docker", "exec", `${name}-control-plane`, "crictl", "images"]);
      expect(stdout).toContain("smi-lab/node24");
    }
  });

  it.runIf(isReal && reason === undefined)("builds the workload's image on a local base, and loads it", async () => {
    // What a user's shell may say, which is an error where buildx is missing.
    vi.stubEnv("DOCKER_BUILDKIT", "1");
    const program = join(folder, "workload.cjs");
    await writeFile(program, `console.log(process.getuid(), ${Date.now()})`);
    const image = await timed("build", images.buildWorkload({ base: BASE_IMAGE, program }));
    try {
      expect(await timed("build again", images.buildWorkload({ base: BASE_IMAGE, program }))).toBe(image);
      const { stdout } = await tool.run(["docker", "run", "--rm", "--network", "none", image]);
      expect(stdout).toMatch(/^65532 \d+\n$/);
      const archive = join(folder, "workload.tar");
      await images.save([BASE_IMAGE, image], archive);
      await timed("load two images", kind.loadArchive(name, archive));
      const loaded = await tool.run(["docker", "exec", `${name}-control-plane`, "crictl", "images"]);
      expect(loaded.stdout).toContain("smi-conformance/workload");
    } finally {
      await tool.run(["docker", "image", "rm", image]);
    }
  });

  when("says that an archive is missing", async () => {
    expect((await failureOf(kind.loadArchive(name, join(folder, "none.tar")))).code).toBe("image-load");
  });

  when("exports logs", async () => {
    await timed("export logs", kind.exportLogs(name, join(folder, "logs")));
    expect(await readdir(join(folder, "logs"))).toContain(`${name}-control-plane`);
  });

  when("takes a cluster for a leftover when its owner is dead, and not before", async () => {
    expect(await kind.leftovers()).toEqual([]);
    const record = join(folder, "state", name, "owner.json");
    await writeFile(record, JSON.stringify({ ...JSON.parse(await readFile(record, "utf8")), startedAt: "1" }));
    expect(await kind.leftovers()).toEqual([name]);
  });

  when("deletes, and does not mind that nothing is left to delete", async () => {
    await timed("delete", kind.delete(name));
    expect(await kind.list()).not.toContain(name);
    await timed("delete again", kind.delete(name));
    expect(await readdir(join(folder, "state"))).toEqual([]);
    expect(existsSync(join(folder, "the-users-own"))).toBe(false);
  });

  when("tells of a node image that cannot be had", async () => {
    const error = await failureOf(
      timed("create, image missing", kind.create({ ...spec, nodeImage: "127.0.0.1:1/none:v1" })),
    );
    expect(error).toMatchObject({ code: "kind-create", advice: expect.stringContaining("node-image") });
    expect(await kind.list()).not.toContain(name);
  });

  it.runIf(!isReal || reason === undefined).each(STOPPED)(
    "leaves nothing when stopped while it says %s",
    async (line) => {
      await fake?.breakCreate("hang");
      const stop = new AbortController();
      const from = log.lines.length;
      const stopped = stoppedName(line);
      const creating = failureOf(kind.create({ ...spec, name: stopped }, stop.signal));
      await expect
        .poll(() => log.lines.slice(from).some((seen) => seen.includes(line)), { timeout: 120_000 })
        .toBe(true);
      const asked = performance.now();
      stop.abort();
      expect((await timed(`stop at ${line}`, creating)).code).toBe("interrupted");
      expect(performance.now() - asked).toBeLessThan(RUNNER_GRACE_MS);
      expect(await kind.list()).not.toContain(stopped);
      await kind.delete(stopped);
    },
  );
});
