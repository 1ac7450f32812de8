import { describe, expect, it } from "vitest";
import type { Endpoint, Network, OutgoingRequest } from "../../../src/workload/network.ts";
import { systemNetwork } from "../../../src/workload/network.ts";
import { countingProxy } from "./odd-peers.ts";
import { batch, GET, HOST, HTTP_CLIENTS, startWorkload } from "./started-workload.ts";

const target = { host: "10.96.0.1", port: 80 };

type Redirect = NonNullable<Network["redirect"]>;

const withRedirect = (redirect: Redirect) => startWorkload({ network: { ...systemNetwork, redirect } });

describe.each(HTTP_CLIENTS)("where a %s probe goes", (_name, request) => {
  it("is decided with its method, path and headers, as they are sent", async () => {
    const server = await startWorkload();
    const heads: (OutgoingRequest | undefined)[] = [];
    const client = await withRedirect((meant, transport, head) => {
      expect([meant, transport]).toEqual([{ address: "10.96.0.1", port: 80 }, "tcp"]);
      heads.push(head);
      return { address: HOST, port: server.http };
    });
    const asked = { ...request, method: "PUT", path: "/x?y", headers: { "X-A": "b", Host: "forged" } };
    expect(await client.operations.probe(batch(80, asked, { target }))).toMatchObject([{ status: 200 }]);
    expect(heads).toEqual([
      {
        method: "PUT",
        path: "/x?y",
        headers: { host: "forged", servicename: "app-b", "x-a": "b", "x-smi-request-id": "run-1-0" },
      },
    ]);
  });

  it("is decided anew for each, with one kept connection for each place", async () => {
    const server = await startWorkload();
    const proxies = [await countingProxy(server.http), await countingProxy(server.http)];
    const kepts: (Endpoint | undefined)[] = [];
    let n = 0;
    const client = await withRedirect((_meant, _transport, _head, kept) => {
      kepts.push(kept);
      return { address: HOST, port: proxies[n++ % 2]?.port ?? 0 };
    });
    const seen = await client.operations.probe(batch(80, request, { target, count: 6, connection: "kept" }));
    expect(seen.map(({ status, detail }) => [status, detail])).toEqual(
      Array.from({ length: 6 }, () => [200, undefined]),
    );
    expect(proxies.map((proxy) => proxy.connections())).toEqual([1, 1]);
    expect(kepts.map((kept) => kept?.port)).toEqual([
      undefined,
      ...[0, 1, 0, 1, 0].map((which) => proxies[which]?.port),
    ]);
  });

  it("can be nowhere: it is refused as by a port without a listener, and the others go on", async () => {
    const server = await startWorkload();
    let n = 0;
    const client = await withRedirect(() => (n++ === 1 ? "refused" : { address: HOST, port: server.http }));
    for (const connection of ["fresh", "kept"] as const) {
      n = 0;
      const seen = await client.operations.probe(batch(80, request, { target, count: 3, connection, concurrency: 1 }));
      expect(seen).toMatchObject([{ status: 200 }, { failure: "reset", partial: false }, { status: 200 }]);
      expect(seen[1]?.detail).toContain("ECONNREFUSED");
    }
  });
});

it("tells TCP and datagrams apart, without a head", async () => {
  const asked: unknown[][] = [];
  const client = await withRedirect((...given) => {
    asked.push(given);
    return "refused";
  });
  for (const request of [{ kind: "udp" }, { kind: "tcp", mode: "server-first" }] as const)
    expect(await client.operations.probe(batch(80, request, { target }))).toMatchObject([{ failure: "reset" }]);
  const meant = { address: "10.96.0.1", port: 80 };
  expect(asked).toEqual([
    [meant, "udp", undefined, undefined],
    [meant, "tcp", undefined, undefined],
  ]);
});

it("observes a network that fails as the client's failure", async () => {
  const client = await withRedirect(() => {
    throw new Error("no route table");
  });
  expect(await client.operations.probe(batch(80, GET, { target, count: 2 }))).toMatchObject([
    { failure: "client", detail: "no route table" },
    { failure: "client", detail: "no route table" },
  ]);
});
