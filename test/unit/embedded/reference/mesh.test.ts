/** The mesh on the embedded API server: which versions it reads, and what it tells. */
import { afterEach, describe, expect, it } from "vitest";
import { smiDefinitions } from "../../../../src/embedded/api/definitions.ts";
import { createApiServer } from "../../../../src/embedded/api/server.ts";
import { convertSmi } from "../../../../src/embedded/reference/conversion.ts";
import { createReferenceMesh, MESH_HEADER, type Mesh } from "../../../../src/embedded/reference/mesh.ts";
import { defaultChoices } from "../../../../src/embedded/reference/open-choices.ts";
import { createVirtualClock } from "../../../../src/embedded/time/virtual-clock.ts";
import { everything, group, http, split, target } from "./objects.ts";
import { createWorld, pod } from "./world.ts";

const meshes: Mesh[] = [];
afterEach(() => {
  for (const mesh of meshes.splice(0)) mesh.close();
});

function start(versions: Parameters<typeof smiDefinitions>[0], delayMs = 0) {
  const clock = createVirtualClock();
  const api = createApiServer({ now: clock.timestamp, conversionWebhook: convertSmi });
  for (const definition of smiDefinitions(versions)) expect(api.apply(definition).accepted).toBe(true);
  expect(api.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "n1" } }).accepted).toBe(true);
  const mesh = createReferenceMesh({ api, clock, random: () => 0.5, delayMs, choices: defaultChoices });
  meshes.push(mesh);
  const apply = (...objects: readonly Parameters<typeof api.apply>[0][]) => {
    for (const object of objects) expect(api.apply(object)).toMatchObject({ accepted: true });
  };
  const [a, b] = [pod("a", "n1", "a", 1), pod("b", "n1", "b", 2)];
  const request = { method: "GET", path: "/", headers: {} };
  const ask = (port = 8080) => mesh.dataPlane.admit({ from: a, to: b, port, transport: "http", request });
  return { api, apply, ask, clock };
}

const grant = target("t", ["a"], "b", [http("all")]);
const allowed = { kind: "allow", headers: { [MESH_HEADER]: "1" } };
const refused = { kind: "refuse", status: 403 };

describe("on a real store", () => {
  it("allows what is granted once the change has propagated", async () => {
    const { apply, ask, clock } = start({ access: ["v1alpha3"], specs: ["v1alpha4"] }, 50);
    apply(everything, grant);
    expect(ask()).toEqual(refused);
    await clock.wait(60);
    expect(ask()).toEqual(allowed);
  });

  it("limits to the port of an older version while it reads a newer one", () => {
    const { apply, ask } = start({ access: ["v1alpha2", "v1alpha3"], specs: ["v1alpha3", "v1alpha4"] });
    const old = { apiVersion: "access.smi-spec.io/v1alpha2" };
    const destination = { kind: "ServiceAccount", name: "b", namespace: "n1", port: 8080 };
    apply(everything, { ...target("t", ["a"], destination, [http("all")]), ...old });
    expect([ask(8080), ask(8081)]).toEqual([allowed, refused]);
  });

  it("denies where no kind of SMI is served", () => {
    expect(start({}).ask()).toEqual(refused);
  });

  it("warns of a backend without the port once, and again when it was mended in between", () => {
    const { api, apply } = start({ split: ["v1alpha4"], specs: ["v1alpha4"] });
    const service = (name: string, port: number) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace: "n1" },
      spec: { selector: { app: name }, ports: [{ port }] },
    });
    const warnings = () =>
      api.list({ apiVersion: "v1", kind: "Event", namespace: "n1" }).map(({ message }) => message as string);
    apply(service("root", 8080), service("v1", 1024), service("v2", 8080), split("s", "root", { v1: 1, v2: 1 }));
    expect(warnings()).toEqual(["v1 has no match for port 8080 of root: no traffic is split to it there"]);
    apply(split("s", "root", { v1: 1, v2: 3 }), group("unrelated", { name: "m", pathRegex: "/" }));
    expect(warnings()).toHaveLength(1);
    apply(service("v1", 8080));
    expect(warnings()).toHaveLength(1);
    apply(service("v1", 1024));
    expect(warnings()).toHaveLength(2);
  });
});

it("follows splits that describe a circle to an end, where it follows them", () => {
  const world = createWorld({ choices: { hierarchy: "recursive" } });
  world.apply(split("s", "v1", { v2: 1 }), split("t", "v2", { v1: 1 }));
  expect(world.share("a", "v1")).toMatch(/^v[12] 100$/);
});
