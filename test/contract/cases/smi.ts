/** The SMI kinds of one manifest on both sides: what is stored is what was sent, and what is missing is missed. */
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readManifest } from "../../../src/adapters/files/manifest.ts";
import { type KubernetesObject, refOf } from "../../../src/domain/kubernetes/object.ts";
import { servedFromCrds } from "../../../src/domain/smi/served.ts";
import { newestVersions, smiDefinitions } from "../../../src/embedded/api/definitions.ts";
import { bodyOf } from "../../../src/engine/assertion/apply-changes.ts";
import { type Ground, refusal } from "./ground.ts";

const manifest = join(import.meta.dirname, "..", "..", "lab", "manifests", "smi-crds-v0.6.0.yaml");

/** Kind, group and version, and a body with every field that the specification has. */
const samples: readonly (readonly [string, string, object])[] = [
  [
    "TrafficTarget",
    "access.smi-spec.io/v1alpha3",
    {
      destination: { kind: "ServiceAccount", name: "b", namespace: "n" },
      rules: [
        { kind: "HTTPRouteGroup", name: "routes", matches: ["m"] },
        { kind: "TCPRoute", name: "tcp" },
        { kind: "UDPRoute", name: "udp" },
      ],
      sources: [{ kind: "ServiceAccount", name: "a", namespace: "n" }],
    },
  ],
  [
    "HTTPRouteGroup",
    "specs.smi-spec.io/v1alpha4",
    {
      matches: [
        {
          name: "m",
          pathRegex: "/api/.*",
          methods: ["GET", "HEAD"],
          headers: [{ "x-a": ".*1.*" }, { "x-b": ".*2.*" }],
        },
        { name: "all", pathRegex: ".*", methods: ["*"] },
      ],
    },
  ],
  ["TCPRoute", "specs.smi-spec.io/v1alpha4", { matches: { ports: [9000, 9001] } }],
  ["UDPRoute", "specs.smi-spec.io/v1alpha4", { matches: { ports: [] } }],
  [
    "TrafficSplit",
    "split.smi-spec.io/v1alpha4",
    {
      service: "root",
      matches: [{ kind: "HTTPRouteGroup", name: "routes" }],
      backends: [
        { service: "v1", weight: 75 },
        { service: "v2", weight: 25 },
      ],
    },
  ],
];

export function smiCases(ground: Ground): void {
  describe.each([
    ["of a manifest", () => readManifest(manifest)],
    ["of the embedded cluster's own making", async () => smiDefinitions(newestVersions)],
  ])("the SMI kinds %s", (_, definitions) => {
    let namespace = "";
    const object = (kind: string, apiVersion: string, spec: object): KubernetesObject => ({
      apiVersion,
      kind,
      metadata: { name: kind.toLowerCase(), namespace },
      spec,
    });

    beforeAll(async () => {
      namespace = await ground.namespace();
      for (const definition of await definitions()) await ground.applied(definition);
      for (const [kind, apiVersion] of samples) {
        const [group = "", version = ""] = apiVersion.split("/");
        await ground
          .eventually(async () =>
            (await ground.cluster.discover(group)).flatMap((found) =>
              found.resources.map((resource) => `${found.version} ${resource.kind}`),
            ),
          )
          .toContain(`${version} ${kind}`);
      }
    });

    it("are served as the suite reads it", async () => {
      const definitionsNow = () =>
        ground.cluster.list({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" });
      await ground
        .eventually(async () =>
          Object.values(servedFromCrds(await definitionsNow())).map(
            ({ kind, versions }) => `${kind} ${versions.map(({ name }) => name).join()}`,
          ),
        )
        .toEqual(
          expect.arrayContaining(samples.map(([kind, apiVersion]) => `${kind} ${apiVersion.split("/")[1] ?? ""}`)),
        );
    });

    it.each(samples)("%s is stored and read as it was sent", async (kind, apiVersion, spec) => {
      const sent = object(kind, apiVersion, spec);
      const answer = await ground.cluster.create(sent);
      expect(answer).toMatchObject({ accepted: true, stored: sent });
      const read = await ground.cluster.get(refOf(sent));
      expect(bodyOf(read ?? sent)).toEqual({ spec });
      expect(read?.metadata.uid).toBeDefined();
      expect(await ground.cluster.list({ apiVersion, kind, namespace })).toMatchObject([sent]);
      const again = await ground.applied(sent);
      expect(bodyOf(again)).toEqual({ spec });
    });

    it.each([
      ["a TrafficTarget without sources", 0, { sources: undefined }, /spec\.sources: Required value/],
      ["a TrafficTarget without rules", 0, { rules: undefined }, /spec\.rules: Required value/],
      ["a TrafficTarget without a destination", 0, { destination: undefined }, /spec\.destination: Required value/],
      [
        "a rule of a kind that there is not",
        0,
        { rules: [{ kind: "SCTPRoute", name: "s" }] },
        /spec\.rules\[0\]\.kind: Unsupported value: "SCTPRoute"/,
      ],
      [
        "a method that there is not",
        1,
        { matches: [{ name: "m", methods: ["FETCH"] }] },
        /spec\.matches\[0\]\.methods\[0\]: Unsupported value: "FETCH"/,
      ],
      [
        "a port that is a text",
        2,
        { matches: { ports: ["http"] } },
        /spec\.matches\.ports\[0\]: Invalid value[^,]*integer/,
      ],
      ["a TrafficSplit without backends", 4, { backends: undefined }, /spec\.backends: Required value/],
      [
        "a weight that is a text",
        4,
        { backends: [{ service: "v1", weight: "most" }] },
        /spec\.backends\[0\]\.weight: Invalid value/,
      ],
    ])("refuses %s", async (_title, index, change, says) => {
      const [kind, apiVersion, spec] = samples[index] ?? ["", "", {}];
      const answer = await refusal(ground.cluster.create(object(kind, apiVersion, { ...spec, ...change })));
      expect(answer).toMatchObject({ status: 422, reason: "Invalid" });
      expect(answer.message).toMatch(says);
    });

    it("leaves out a destination's port, which v1alpha3 does not have", async () => {
      const [kind, apiVersion, spec] = samples[0] ?? ["", "", {}];
      const sent = object(kind, apiVersion, {
        ...spec,
        destination: { kind: "ServiceAccount", name: "b", namespace: "n", port: 8080 },
      });
      const answer = await ground.cluster.create({ ...sent, metadata: { ...sent.metadata, name: "ported" } });
      expect(answer).toMatchObject({ accepted: true });
      expect(answer.accepted && answer.stored.spec).toEqual(spec);
    });
  });
}
