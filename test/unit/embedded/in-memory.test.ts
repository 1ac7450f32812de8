/** Assertions without sockets: the verdicts that they get over sockets, and the same each time. */
import { beforeAll, expect, it } from "vitest";
import { systemClock } from "../../../src/adapters/clock.ts";
import { type Catalogue, readCatalogue } from "../../../src/adapters/files/catalogue.ts";
import { runEmbedded } from "../../fakes/embedded-suite.ts";

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await readCatalogue("assertions");
});

it("assertions get the verdicts that they get over sockets, on a mesh with a fault too", async () => {
  // One of each transport, with refusals, weights and HTTP/2 among them.
  const only = [
    ...[
      "traffic-access/http-allow-by-serviceaccount",
      "traffic-access/udproute-ports",
      "traffic-access/tcproute-ports",
    ],
    ...["traffic-split/weight-75-25", "traffic-specs/http2-same-semantics"],
  ];
  const faults = { ignoresPortsOf: "UDPRoute" } as const;
  const overSockets = await runEmbedded({
    ...{ catalogue, only, cluster: { faults, wire: "sockets", clock: systemClock } },
    options: { clock: systemClock, startedAt: systemClock.now() },
    // Where the machine is busy, an answer over sockets may be late.
    profile: { timeouts: { request: 4, datagram: 0.3 } },
  });
  const inMemory = await runEmbedded({ catalogue, only, cluster: { faults } });
  expect(Object.keys(inMemory.verdicts(only))).toHaveLength(5);
  expect(inMemory.verdicts(only)).toEqual(overSockets.verdicts(only));
  expect(new Set(Object.values(inMemory.verdicts(only)))).toEqual(new Set(["PASS", "FAIL"]));
});

it("a run with the same seed comes out the same, to the last count", async () => {
  const only = ["traffic-split/weight-75-25", "traffic-split/canary-workflow", "traffic-access/several-sources"];
  const [one, other] = [await runEmbedded({ catalogue, only }), await runEmbedded({ catalogue, only })];
  expect(one.results.map(({ verdict }) => verdict)).toEqual(["PASS", "PASS", "PASS"]);
  expect(other.results).toEqual(one.results);
});
