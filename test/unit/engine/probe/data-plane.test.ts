import { describe, expect, it } from "vitest";
import type { KubernetesObject } from "../../../../src/domain/kubernetes/object.ts";
import { countArrivalsThroughDataPlane } from "../../../../src/engine/probe/data-plane.ts";
import type { NotedArrival } from "../../../../src/engine/probe/send.ts";
import { scriptedCell } from "../../../fixtures/scripted-cell.ts";

const arrival: NotedArrival = { id: "r.1", workload: "server", transport: "http", port: 8080, peer: "10.9.9.9", at: 0 };
const CLIENT = "10.0.0.1";
const SERVER = "10.0.0.2";

async function isProven(dataPlane: object, given: Partial<NotedArrival>, proxies: readonly string[] = []) {
  const { cell, deps } = scriptedCell({
    profile: { dataPlane },
    cluster: {
      list: async ({ namespace, labels }) =>
        namespace === "scripted-system" && labels?.app === "proxy"
          ? proxies.map((podIP) => ({ status: { podIP } }) as unknown as KubernetesObject)
          : [],
    },
  });
  return (await countArrivalsThroughDataPlane([{ ...arrival, ...given }], cell, deps)) === 1;
}

describe("an arrival came through the data plane", () => {
  const peer = { labels: { app: "proxy" } };
  const sidecar = { container: "proxy" };

  it.each<[string, object, Partial<NotedArrival>, boolean]>([
    ["it has the header that the profile names", { requestHeader: "x-mesh" }, { headers: ["x-mesh"] }, true],
    ["it has other headers", { requestHeader: "x-mesh" }, { headers: ["x-other"] }, false],
    ["it comes from a pod that the profile names", { peer }, { peer: "10.1.1.1" }, true],
    ["it comes from another pod", { peer }, { peer: CLIENT }, false],
    ["it comes from loopback, where there is a sidecar", { sidecar }, { peer: "127.0.0.1" }, true],
    ["it comes from the server's own address, where there is a sidecar", { sidecar }, { peer: SERVER }, true],
    ["it comes straight from the client, where there is a sidecar", { sidecar }, { peer: CLIENT }, false],
    ["it comes from an address that no profile names", { sidecar }, { peer: "127.0.0.6" }, false],
    [
      "it comes from an address of the sidecar's own",
      { sidecar: { ...sidecar, addresses: ["127.0.0.6"] } },
      { peer: "127.0.0.6" },
      true,
    ],
    [
      "it comes from loopback, where the sidecar has another address",
      { sidecar: { ...sidecar, addresses: ["127.0.0.6"] } },
      { peer: "127.0.0.1" },
      false,
    ],
    ["it comes from loopback, and there is no sidecar", {}, { peer: "127.0.0.1" }, false],
  ])("where %s: %j, %j is %s", async (_, dataPlane, given, proven) => {
    expect(await isProven(dataPlane, given, ["10.1.1.1"])).toBe(proven);
  });
});
