import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../../../src/errors.ts";
import { imagesOf, tagOf } from "../../../src/mesh/images.ts";
import { profileSchema } from "../../../src/mesh/profile.ts";
import { fillVersion, parseMeshVersion, versionEntry, worksOn } from "../../../src/mesh/version.ts";

function problemOf(work: () => unknown): ConfigurationError {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error("no ConfigurationError");
}

const chart = (version: string) => ({ repository: "https://example.com/charts", name: "toy", version });
const profileOf = (ranges: readonly string[]) =>
  profileSchema.parse({
    mesh: "toy",
    title: "Toy Mesh",
    namespace: "toy",
    versions: ranges.map((range, n) => ({ range, install: { chart: chart(`${n}.0.0`) } })),
    dataPlane: {},
    access: "enforced",
    propagation: { deadline: 5 },
    ready: { deadline: 5, workloads: [{ kind: "Deployment", name: "toy" }] },
  });

describe("a mesh version", () => {
  it.each([
    ["1.4.8", "1.4.8"],
    ["v1.4.8", "1.4.8"],
    [" v1.4.8 ", "1.4.8"],
    ["1.2.0-rc.1", "1.2.0-rc.1"],
  ])("%j is %s", (text, version) => {
    expect(parseMeshVersion(text)).toBe(version);
  });

  it.each(["1.4", "latest", "1.4.x", "1.4.8.9", "", "v", "01.2.3"])("%j is none, and the error says so", (text) => {
    const problem = problemOf(() => parseMeshVersion(text));
    expect(problem.input).toBe("mesh-version");
    expect(problem.message).toContain(`"${text}" is not a version`);
    expect(problem.remedy).toContain("MAJOR.MINOR.PATCH");
  });
});

describe("the entry for a version", () => {
  const profile = profileOf([">=1.4.6 <1.5.0", ">=1.4.2 <1.4.6"]);
  const chosen = (version: string, allowUnknown = false) =>
    versionEntry(profile, version, allowUnknown)?.install.chart.version;

  it.each([
    ["1.4.8", "0.0.0"],
    ["1.4.6", "0.0.0"],
    ["1.4.5", "1.0.0"],
    ["1.4.7-rc.1", "0.0.0"],
  ])("%s", (version, wanted) => {
    expect(chosen(version)).toBe(wanted);
  });

  it("of an unknown version is an error that names the known ones, or the newest known where that is allowed", () => {
    const problem = problemOf(() => chosen("2.0.0"));
    expect(problem.input).toBe("mesh-version");
    expect(problem.message).toContain('"2.0.0"');
    expect(problem.message).toContain(">=1.4.6 <1.5.0, >=1.4.2 <1.4.6");
    expect(problem.remedy).toContain("allow-unknown-version");
    expect(chosen("2.0.0", true)).toBe("0.0.0");
  });

  it("of a profile that knows none is an error, or nothing where that is allowed", () => {
    expect(problemOf(() => versionEntry(profileOf([]), "1.0.0", false)).message).toContain("knows none");
    expect(versionEntry(profileOf([]), "1.0.0", true)).toBeUndefined();
  });

  it("says which Kubernetes versions it works on", () => {
    const entry = { range: "*", kubernetes: ">=1.21 <1.25", install: { chart: chart("1.0.0"), values: {} } };
    expect(["v1.24.17", "v1.21.0+k3s1", "v1.25.0", "v1.20.7"].map((v) => worksOn(entry, v))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(worksOn(undefined, "v1.34.0")).toBe(true);
  });
});

it("the version is filled in wherever it stands, and nothing else is changed", () => {
  const values = { a: "v{version}", b: [1, "{version}-{version}", { c: "{version}" }], d: true, e: null };
  expect(fillVersion(values, "1.2.3")).toEqual({
    a: "v1.2.3",
    b: [1, "1.2.3-1.2.3", { c: "1.2.3" }],
    d: true,
    e: null,
  });
  expect(values.a).toBe("v{version}");
});

describe("images", () => {
  const pod = (...images: string[]) => ({ containers: images.map((image) => ({ name: "x", image })) });
  const object = (kind: string, spec: unknown) => ({ apiVersion: "v1", kind, metadata: { name: "x" }, spec });

  it("are those of pods, templates and templates of templates, init containers first, once each", () => {
    const objects = [
      object("Pod", pod("a:1")),
      object("Deployment", { template: { spec: { ...pod("b:1", "a:1"), initContainers: [{ image: "init:1" }] } } }),
      object("CronJob", { jobTemplate: { spec: { template: { spec: pod("c:1") } } } }),
      object("Service", { ports: [{ port: 80 }] }),
      object("ConfigMap", undefined),
      object("Pod", { containers: [{ name: "without" }] }),
    ];
    expect(imagesOf(objects)).toEqual(["a:1", "init:1", "b:1", "c:1"]);
  });

  it.each([
    ["traefik/mesh:v1.4.8", "v1.4.8"],
    ["localhost:5000/mesh:v1", "v1"],
    ["localhost:5000/mesh", undefined],
    ["mesh", undefined],
    ["", undefined],
    [`mesh:v1@sha256:${"0".repeat(64)}`, "v1"],
  ])("tag of %s is %s", (image, tag) => {
    expect(tagOf(image)).toBe(tag);
  });
});
