import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withTempFolder } from "../../../src/adapters/files/folders.ts";
import type { Assertion } from "../../../src/domain/assertion/assertion.ts";
import type { RawInputs } from "../../../src/inputs/inputs.ts";
import { inShard } from "../../../src/inputs/selection.ts";
import { setUpRun } from "../../../src/setup/run-setup.ts";
import { keptLog } from "../../fakes/kept-log.ts";
import { expectOne, mistakesOf, parseInputs } from "./mistakes.ts";

const good = { mesh: "traefik-mesh", "mesh-version": "1.4.8" } as const;
const existing = { ...good, cluster: "existing", kubeconfig: "/k", "app-image": "app:1" } as const;
const parse = (raw: RawInputs) => parseInputs(raw, { suiteVersion: "0.1.0", lookAround: false });
const around = () => ({
  root: ".",
  log: keptLog(),
  signal: new AbortController().signal,
  ownerPid: process.pid,
});
const image = /^kindest\/node:v1\.36\.4@sha256:[0-9a-f]{64}$/;

describe("the cluster", () => {
  it("is of the Kubernetes version that is asked for, by the digest of its node image", () => {
    for (const version of ["1.36", "v1.36", "1.36.4", "v1.36.4"])
      expect(parse({ ...good, "kubernetes-version": version })).toMatchObject({
        kubernetesVersion: version.replace("v", ""),
        nodeImage: expect.stringMatching(image),
      });
    expect(parse(good).nodeImage).toBeUndefined();
    expect(parse({ ...good, "node-image": "mine:1" }).nodeImage).toBe("mine:1");
  });

  it.each([
    [
      "kubernetes-version",
      '"1.19"',
      { ...good, "kubernetes-version": "1.19" },
      /1\.37\.0, .*1\.34\.11.*give node-image/,
    ],
    ["kubernetes-version", '"latest"', { ...good, "kubernetes-version": "latest" }, /give node-image/],
    ["kubernetes-version", '"1.36"', { ...good, "kubernetes-version": "1.36", "node-image": "n:1" }, /one of the two/],
    ["kubernetes-version", '"1.36"', { ...existing, "kubernetes-version": "1.36" }, /set cluster to kind/],
    ["kubernetes-version", '"1.36"', { cluster: "embedded", "kubernetes-version": "1.36" }, /set cluster to kind/],
    ["kind-config", '"k.yaml"', { ...existing, "kind-config": "k.yaml" }, /set cluster to kind/],
    ["kind-config", '"k.yaml"', { cluster: "embedded", "kind-config": "k.yaml" }, /set cluster to kind/],
  ] as const)("refuses %s %s", async (input, value, raw, remedy) => {
    expectOne(await mistakesOf(() => parse(raw)), input, value, remedy);
  });

  it("is not made from a kind configuration that is wrong", async () => {
    await withTempFolder(async (folder) => {
      const file = join(folder, "kind.yaml");
      await writeFile(file, "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- role: boss\n");
      const prepared = () => mistakesOf(() => setUpRun({ ...good, "kind-config": file, only: "no/such" }, around()));
      const mistakes = await prepared();
      expect(mistakes.map(({ input }) => input)).toEqual(["kind-config", "only"]);
      expect(mistakes[0]?.message).toContain(`${file}:4:9: nodes.0.role`);
    });
  });

  it.each([
    ["kubernetes-version", { "kubernetes-version": "1.36" }],
    ["node-image", { "node-image": "mine:1" }],
  ])("has one node image, of %s or of its configuration", async (input, raw) => {
    await withTempFolder(async (folder) => {
      const file = join(folder, "kind.yaml");
      await writeFile(file, "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- image: theirs:1\n");
      const mistakes = await mistakesOf(() => setUpRun({ ...good, ...raw, "kind-config": file }, around()));
      expectOne(mistakes, "kind-config", `nodes.0.image: ${input} is given too`, /Mend the file/);
    });
  });
});

describe("what is run", () => {
  it("is each assertion once, all of them, with evidence, by default", () => {
    expect(parse(good)).toMatchObject({ repeat: 1, shard: undefined, evidence: "failures" });
  });

  it("is as it is asked for", () => {
    const raw = { ...good, repeat: "20", shard: "2/4", evidence: "none" };
    expect(parse(raw)).toMatchObject({ repeat: 20, shard: { index: 2, of: 4 }, evidence: "none", given: raw });
  });

  it.each([
    ["repeat", "0", /1 to 20/],
    ["repeat", "21", /1 to 20/],
    ["repeat", "2.5", /1 to 20/],
    ["repeat", "often", /1 to 20/],
    ["shard", "2", /2\/4/],
    ["shard", "0/4", /2\/4/],
    ["shard", "5/4", /2\/4/],
    ["evidence", "all", /failures, none/],
  ] as const)("refuses %s %s", async (input, value, remedy) => {
    expectOne(await mistakesOf(() => parse({ ...good, [input]: value })), input, `"${value}"`, remedy);
  });

  it("is a plan of the shard's own rows, which together are all", async () => {
    const plans = await Promise.all(
      ["", "1/3", "2/3", "3/3"].map((shard) =>
        setUpRun({ cluster: "embedded", specs: "traffic-split", repeat: "2", evidence: "none", shard }, around()),
      ),
    );
    const [all = [], ...shares] = plans.map(({ plan }) => plan.assertions.map(({ id }) => id));
    expect(all.length).toBeGreaterThan(6);
    expect(shares.flat().toSorted()).toEqual(all.toSorted());
    expect(plans.map(({ plan }) => plan.shard)).toEqual([
      undefined,
      { index: 1, of: 3 },
      { index: 2, of: 3 },
      { index: 3, of: 3 },
    ]);
    for (const { plan } of plans) expect(plan).toMatchObject({ repeat: 2, evidence: "none" });
  });

  it("is not nothing: a shard without a row is a mistake", async () => {
    const rows = [{ id: "a/one" }, { id: "a/two" }] as unknown as readonly Assertion[];
    expect(inShard(rows, undefined)).toBe(rows);
    const work = () => inShard(rows, { index: 3, of: 3 });
    expectOne(await mistakesOf(work), "shard", '"3/3"', /at most 2 shards/);
  });
});
