import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ArtifactNameParts,
  artifactNameProblem,
  defaultArtifactName,
} from "../../../../src/domain/github/artifact-name.ts";

const run: ArtifactNameParts = { mesh: "traefik-mesh", version: "v1.4.8", job: "conformance", attempt: 1 };

describe("defaultArtifactName", () => {
  it.each<[string, ArtifactNameParts, string]>([
    ["mesh, version, job and attempt", run, "smi-conformance-traefik-mesh-1.4.8-conformance-attempt-1"],
    [
      "a version of Kubernetes",
      { ...run, kubernetes: "v1.31.0" },
      "smi-conformance-traefik-mesh-1.4.8-k8s-1.31.0-conformance-attempt-1",
    ],
    [
      "a shard",
      { ...run, shard: { index: 2, of: 4 }, attempt: 3 },
      "smi-conformance-traefik-mesh-1.4.8-shard-2-of-4-conformance-attempt-3",
    ],
    [
      "a cluster of the user's",
      { ...run, existing: true },
      "smi-conformance-traefik-mesh-1.4.8-cluster-existing-conformance-attempt-1",
    ],
    [
      "a kind cluster as of any",
      { ...run, existing: false },
      "smi-conformance-traefik-mesh-1.4.8-conformance-attempt-1",
    ],
    [
      "a mutant, with the versions that its cluster serves",
      {
        ...{ ...run, mesh: "reference", version: "0.1.0", mutant: "ignores-weights" },
        smi: { access: "v1alpha2", specs: "v1alpha3", split: "v1alpha4" },
      },
      "smi-conformance-reference-0.1.0-mutant-ignores-weights-smi-v1alpha2-v1alpha3-v1alpha4-conformance-attempt-1",
    ],
    [
      "a version with build metadata",
      { ...run, version: "v2.0.0-rc.1+build/7" },
      "smi-conformance-traefik-mesh-2.0.0-rc.1-build-7-conformance-attempt-1",
    ],
    [
      "a version that is a word",
      { ...run, version: "vnext" },
      "smi-conformance-traefik-mesh-vnext-conformance-attempt-1",
    ],
    ["no version", { ...run, version: "" }, "smi-conformance-traefik-mesh-conformance-attempt-1"],
  ])("is of %s", (_what, parts, expected) => {
    expect(defaultArtifactName(parts)).toBe(expected);
  });

  const part = fc.oneof(fc.string({ unit: "binary", maxLength: 300 }), fc.constantFrom("traefik-mesh", "v1.4.8", ".."));
  const parts = fc.record({
    mesh: part,
    version: part,
    job: part,
    attempt: fc.integer({ min: 1, max: 10_000 }),
    existing: fc.boolean(),
    kubernetes: fc.option(part, { nil: undefined }),
    mutant: fc.option(part, { nil: undefined }),
    smi: fc.option(fc.record({ access: part, specs: part, split: part }), { nil: undefined }),
    shard: fc.option(fc.record({ index: fc.integer({ min: 1, max: 64 }), of: fc.integer({ min: 1, max: 64 }) }), {
      nil: undefined,
    }),
  });

  it("is a name that the platform takes, whatever the parts hold", () => {
    fc.assert(
      fc.property(parts, (given) => {
        const name = defaultArtifactName(given);
        expect(name).toMatch(/^smi-conformance[A-Za-z0-9._-]*-attempt-\d+$/);
        expect(name.length).toBeLessThanOrEqual(200);
        expect(artifactNameProblem(name)).toBeUndefined();
      }),
    );
  });

  it("differs between the attempts of a run by its end alone, also where it is cut", () => {
    fc.assert(
      fc.property(parts, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (given, one, other) => {
        const [first, second] = [one, other].map((attempt) => defaultArtifactName({ ...given, attempt }));
        expect(first === second).toBe(one === other);
        expect(first?.replace(/-attempt-\d$/, "")).toBe(second?.replace(/-attempt-\d$/, ""));
      }),
    );
  });

  it("is another for each job of a matrix", () => {
    const served = { access: "v1alpha3", specs: "v1alpha4", split: "v1alpha4" };
    /** Values that jobs differ in, one part after the other. */
    const axes: readonly (readonly Partial<ArtifactNameParts>[])[] = [
      [{ mesh: "traefik-mesh" }, { mesh: "linkerd" }],
      [{ version: "v1.4.8" }, { version: "v1.4.7" }],
      [{}, { existing: true }],
      [{}, { kubernetes: "v1.30.0" }, { kubernetes: "v1.31.0" }],
      [{}, { mutant: "ignores-weights" }, { mutant: "ignores-routes" }],
      [{}, { smi: served }, { smi: { ...served, split: "v1alpha3" } }],
      [{}, { shard: { index: 1, of: 2 } }, { shard: { index: 2, of: 2 } }],
      [{ job: "a" }, { job: "b" }],
    ];
    const runs = axes.reduce<readonly ArtifactNameParts[]>(
      (sofar, values) => sofar.flatMap((one) => values.map((value) => ({ ...one, ...value }))),
      [run],
    );
    expect(new Set(runs.map(defaultArtifactName)).size).toBe(2 * 2 * 2 * 3 * 3 * 3 * 3 * 2);
  });
});

describe("artifactNameProblem", () => {
  it.each(['"', ":", "<", ">", "|", "*", "?", "\r", "\n", "\\", "/"])("names the character %j", (character) => {
    const problem = artifactNameProblem(`report${character}1`);
    expect(problem).toContain(`holds ${JSON.stringify(character)}`);
    // One line, as an annotation is.
    expect(problem).not.toMatch(/[\r\n]/);
  });

  it.each([
    ["", "is blank"],
    ["  ", "is blank"],
    ["x".repeat(201), "has 201 characters"],
  ])("refuses %j", (name, words) => {
    expect(artifactNameProblem(name)).toContain(words);
  });

  it.each(["report", "x".repeat(200), "smi conformance (1)", "bericht-für-müller"])("takes %j", (name) => {
    expect(artifactNameProblem(name)).toBeUndefined();
  });
});
