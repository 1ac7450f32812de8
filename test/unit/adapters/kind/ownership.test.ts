import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { identifyProcess, type ProcessIdentity } from "../../../../src/adapters/kind/process-identity.ts";
import { kindOnFake } from "../../../fakes/fake-kind.ts";

async function record(stateFolder: string, name: string, owner: ProcessIdentity | undefined): Promise<void> {
  await mkdir(join(stateFolder, name), { recursive: true });
  await writeFile(join(stateFolder, name, "owner.json"), JSON.stringify(owner));
}

describe("leftovers", () => {
  const names = { live: "smi-conformance-live", dead: "smi-conformance-dead" };

  it("are the clusters whose recorded owner is dead, and no others", async () => {
    const { kind, fake, stateFolder, tool } = await kindOnFake();
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
    const { kind, fake, spec, stateFolder } = await kindOnFake();
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
    const { kind, stateFolder, spec, tool } = await kindOnFake();
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

describe("a name", () => {
  it("belongs to the live run that is creating it, and is not taken from it", async () => {
    const { kind, fake, spec, stateFolder, tool } = await kindOnFake();
    await record(stateFolder, spec.name, await identifyProcess(process.ppid, tool));
    await expect(kind.create(spec)).rejects.toMatchObject({ code: "kind-create" });
    expect((await fake.calls()).map((call) => call.argv[0])).not.toContain("create");
    expect(existsSync(join(stateFolder, spec.name, "owner.json"))).toBe(true);
  });
});
