import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { type AddressBlock, claimBlock } from "../../../../src/embedded/runtime/addresses.ts";
import { InfrastructureError } from "../../../../src/errors.ts";

/** Beside those that clusters take by themselves, and those of other tests. */
const BLOCK = 240;
const PORTS = { tcp: [8080], udp: [9100] };

async function claimed(block?: number): Promise<AddressBlock> {
  const addresses = await claimBlock(PORTS, block);
  onTestFinished(() => addresses.release());
  return addresses;
}

async function occupy(transport: "tcp" | "udp", host: string, port: number): Promise<void> {
  await new Promise<void>((resolve) => {
    if (transport === "tcp") {
      const server = createServer().listen({ host, port }, resolve);
      onTestFinished(() => void server.close());
    } else {
      const socket = createSocket("udp4").bind({ address: host, port }, resolve);
      onTestFinished(() => void socket.close());
    }
  });
}

describe("a block of addresses", () => {
  it("gives each address once, also to the cluster after", async () => {
    const first = await claimBlock(PORTS, BLOCK);
    const given = Array.from({ length: 600 }, () => first.take());
    await first.release();
    const second = await claimed(BLOCK);
    given.push(second.take());
    expect(new Set(given).size).toBe(601);
    expect(given.every((address) => /^127\.240\.\d+\.\d+$/.test(address) && second.has(address))).toBe(true);
    expect(second.has("127.24.0.1")).toBe(false);
  });

  it("belongs to one cluster at a time", async () => {
    const first = await claimBlock(PORTS, BLOCK);
    const error = await claimBlock(PORTS, BLOCK).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(InfrastructureError);
    expect(error).toMatchObject({ code: "address-in-use", advice: expect.stringContaining("another block") });
    expect((error as Error).message).toMatch(/127\.240\.0\.0\/16: 127\.240\.255\.254:\d+ is not to be had: EADDRINUSE/);
    await first.release();
    await claimed(BLOCK);
  });

  it.each([
    ["tcp", 8080],
    ["udp", 9100],
  ] as const)(
    "is not taken where a pod could not have %s port %i, and nothing is left listening",
    async (transport, port) => {
      await occupy(transport, `127.${BLOCK + 1}.0.1`, port);
      await expect(claimBlock(PORTS, BLOCK + 1)).rejects.toMatchObject({
        code: "address-in-use",
        message: expect.stringContaining(`${transport} port ${port} of 127.${BLOCK + 1}.0.1`),
        advice: expect.stringContaining(`ss -lnp "sport = :${port}"`),
      });
      // The lock is free again: without the occupied port, the block can be had.
      const others = transport === "tcp" ? { tcp: [], udp: [9100] } : { tcp: [8080], udp: [] };
      const addresses = await claimBlock(others, BLOCK + 1);
      await addresses.release();
    },
  );

  it("is the next free one where none is asked for", async () => {
    const [first, second] = [await claimed(), await claimed()];
    expect(first.block).toBeGreaterThanOrEqual(64);
    expect(second.block).toBeGreaterThan(first.block);
    expect(second.block).toBeLessThanOrEqual(127);
  });

  it("says so when this process has used all of it", async () => {
    const addresses = await claimed(BLOCK + 2);
    const takeAll = () => {
      for (;;) addresses.take();
    };
    expect(takeAll).toThrow(InfrastructureError);
    expect(takeAll).toThrow("each of its addresses");
  });
});
