/** What a wire without sockets has of its own: the clock's time, and no address of the machine. */
import { expect, it, onTestFinished } from "vitest";
import type { ProbeBatch } from "../../../../src/domain/measurement/probe.ts";
import { type DataPlane, noDataPlane } from "../../../../src/embedded/data-plane.ts";
import { seeded } from "../../../../src/embedded/random.ts";
import { createMemoryWire } from "../../../../src/embedded/runtime/memory-wire.ts";
import { createVirtualClock } from "../../../../src/embedded/time/virtual-clock.ts";
import { account, batch, deployment, GET, openCluster, service } from "./started-cluster.ts";

/** Pods `a` and `b`, with `b` behind a Service. */
async function start(dataPlane: DataPlane = noDataPlane) {
  const clock = createVirtualClock();
  const started = await openCluster(dataPlane, createMemoryWire(clock));
  onTestFinished(() => started.cluster.close());
  await started.put(
    ...["a", "b"].flatMap((name) => [account(name), deployment(name)]),
    service("b", {
      selector: { app: "b" },
      ports: [
        { name: "web", port: 80, targetPort: 8080, protocol: "TCP" },
        { name: "datagrams", port: 9100, targetPort: 9100, protocol: "UDP" },
      ],
    }),
  );
  const [client, server] = [await started.agent("a-1"), await started.agent("b-1")];
  /** What became of each probe, and how many milliseconds they took together. */
  const timed = async (host: string, port: number, given: Partial<ProbeBatch>) => {
    const began = clock.now();
    const seen = await client.probe(batch(host, port, given));
    return [seen.map(({ ms, failure }) => failure ?? ms), clock.now() - began] as const;
  };
  return { ...started, client, server, timed };
}

const datagrams = (count: number) => ({ kind: "udp", datagrams: count }) as const;
const silence: DataPlane = { ...noDataPlane, admit: () => ({ kind: "hang" }) };

it("takes a millisecond for an answer, and all of the time allowed where there is none", async () => {
  const four = { count: 4, concurrency: 2, timeoutMs: 60_000 };
  const [answering, silent] = [await start(), await start(silence)];
  expect(await answering.timed("b.n", 80, four)).toEqual([[1, 1, 1, 1], 2]);
  expect(await answering.timed("nobody", 80, four)).toEqual([Array.from({ length: 4 }, () => "dns"), 0]);
  const none = [Array.from({ length: 4 }, () => "timeout"), 120_000];
  expect(await silent.timed("b.n", 80, four)).toEqual(none);
  expect(await silent.timed("b", 9100, { ...four, request: datagrams(3) })).toEqual(none);
});

it("lets an application take its time, up to the time allowed", async () => {
  const { client } = await start();
  const after = async (path: string) =>
    (await client.probe(batch("b.n", 80, { request: { ...GET, path }, timeoutMs: 50_000 })))[0];
  expect(await after("/delay/40000")).toMatchObject({ status: 200, ms: 40_001 });
  expect(await after("/delay/60000")).toMatchObject({ failure: "timeout", partial: false, ms: 50_000 });
});

it("counts an answer to a later datagram as one", async () => {
  const random = seeded(1);
  const { client } = await start({ ...noDataPlane, admit: () => ({ kind: random() < 0.5 ? "hang" : "allow" }) });
  const given = { request: datagrams(4), count: 400, concurrency: 400, timeoutMs: 400 };
  const seen = await client.probe(batch("b", 9100, given));
  // Each of four is lost with a probability of 1/2: 25 of 400 are expected without any answer.
  const lost = seen.filter(({ failure }) => failure === "timeout").length;
  expect([lost > 5, lost < 60]).toEqual([true, true]);
  const answered = seen.filter(({ failure }) => failure === undefined).map(({ ms }) => ms);
  expect([...new Set(answered)].sort((x, y) => x - y)).toEqual([1, 101, 201, 301]);
});

it("lets clusters live side by side, each with the same addresses and none with a port", async () => {
  const listening = () => process.getActiveResourcesInfo().filter((what) => /^(TCPServer|UDP)WRAP$/i.test(what)).length;
  const before = listening();
  const all = await Promise.all(Array.from({ length: 50 }, () => start()));
  expect(listening()).toBe(before);
  const addresses = await Promise.all(all.map(({ address }) => address("b-1")));
  expect(new Set(addresses).size).toBe(1);
  await all[0]?.client.probe(batch("b.n", 80, { id: "one", count: 3 }));
  const arrived = await Promise.all(all.map(async ({ server }) => (await server.arrivals("one-")).length));
  expect(arrived).toEqual([3, ...Array.from({ length: 49 }, () => 0)]);
});
