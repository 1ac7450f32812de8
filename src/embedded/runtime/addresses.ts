/**
 * The addresses of a cluster: pods and ClusterIPs are in one block 127.x.0.0/16 of the loopback network, which Linux lets every
 * process bind. A listener on the last address of the block is the lock that keeps two clusters apart.
 */
import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { InfrastructureError } from "../../errors.ts";

/** Blocks that are tried, in this order, if none is asked for. */
const FIRST_BLOCK = 64;
const LAST_BLOCK = 127;
/** Port of the lock: neither an ephemeral one nor one that pods use. */
const LOCK_HOST = "255.254";
const LOCK_PORT = 29_642;
/** Addresses of a block, from 127.x.1.0 to 127.x.254.255; the others are for the lock and the port check. */
const FIRST_HOST = 256;
const LAST_HOST = 255 * 256 - 1;
/** A block with fewer addresses left is not chosen by default: a run of the suite takes some hundreds. */
const ENOUGH = 8_192;

/** By block, where the next cluster of this process continues, so that no address is ever used for two pods. */
const nextHost = new Map<number, number>();

export interface PodPorts {
  readonly tcp: readonly number[];
  readonly udp: readonly number[];
}

export interface AddressBlock {
  /** Second octet. */
  readonly block: number;
  /** An address that this process has never given out. @throws InfrastructureError("address-in-use") when all are used. */
  take(): string;
  has(address: string): boolean;
  /** Releases the lock. */
  release(): Promise<void>;
}

type Release = () => Promise<void>;

/** Listens on a TCP port; rejects with the system's error. */
function listen(host: string, port: number): Promise<Release> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => resolve(() => new Promise((done) => void server.close(() => done()))));
  });
}

function bindUdp(host: string, port: number): Promise<Release> {
  const socket = createSocket("udp4");
  return new Promise((resolve, reject) => {
    socket.once("error", (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ address: host, port }, () => resolve(() => new Promise((done) => void socket.close(() => done()))));
  });
}

function unavailable(block: number, what: string, error: unknown, advice: string): InfrastructureError {
  const { code, message } = error as NodeJS.ErrnoException;
  const problem = `the embedded cluster cannot have 127.${block}.0.0/16: ${what}: ${code ?? message}`;
  return new InfrastructureError("address-in-use", problem, advice, { cause: error });
}

/** Checks that pods can have their ports here: a listener on all addresses (0.0.0.0) would be in the way. */
async function checkPorts(block: number, ports: PodPorts): Promise<void> {
  const host = `127.${block}.0.1`;
  const open: Release[] = [];
  try {
    for (const [transport, port, bind] of [
      ...ports.tcp.map((port) => ["tcp", port, listen] as const),
      ...ports.udp.map((port) => ["udp", port, bindUdp] as const),
    ]) {
      try {
        open.push(await bind(host, port));
      } catch (error) {
        const advice = `End what listens on ${transport} port ${port} of all addresses of this machine (ss -lnp "sport = :${port}" names it).`;
        throw unavailable(block, `${transport} port ${port} of ${host} is not to be had`, error, advice);
      }
    }
  } finally {
    await Promise.all(open.map((close) => close()));
  }
}

async function claim(block: number, ports: PodPorts): Promise<AddressBlock> {
  const lock = `127.${block}.${LOCK_HOST}`;
  let release: Release;
  try {
    release = await listen(lock, LOCK_PORT);
  } catch (error) {
    const advice =
      (error as NodeJS.ErrnoException).code === "EADDRNOTAVAIL"
        ? "Only Linux answers on all of 127.0.0.0/8: run it there, or use a kind cluster."
        : `Another embedded cluster uses this block: end it, or choose another block from ${FIRST_BLOCK} to ${LAST_BLOCK}.`;
    throw unavailable(block, `${lock}:${LOCK_PORT} is not to be had`, error, advice);
  }
  try {
    await checkPorts(block, ports);
  } catch (error) {
    await release();
    throw error;
  }
  return {
    block,
    take() {
      const host = nextHost.get(block) ?? FIRST_HOST;
      if (host > LAST_HOST) {
        const advice = "Choose another block, or start a new process.";
        throw unavailable(block, "this process has used each of its addresses", new Error("none left"), advice);
      }
      nextHost.set(block, host + 1);
      return `127.${block}.${host >> 8}.${host & 255}`;
    },
    has: (address) => address.startsWith(`127.${block}.`),
    release,
  };
}

/** Addresses that nothing listens on, for clusters without sockets: each has a whole block for itself. */
export function unclaimedBlock(): AddressBlock {
  const block = FIRST_BLOCK;
  let host = FIRST_HOST;
  return {
    block,
    take() {
      if (host > LAST_HOST)
        throw unavailable(
          block,
          "the cluster has used each of its addresses",
          new Error("none left"),
          "Start a new one.",
        );
      const address = `127.${block}.${host >> 8}.${host & 255}`;
      host += 1;
      return address;
    },
    has: (address) => address.startsWith(`127.${block}.`),
    release: async () => {},
  };
}

/**
 * Takes a block for the lifetime of a cluster: the given one, or the first that is free. If it fails, nothing is left
 * listening. @throws InfrastructureError("address-in-use") naming address, block and remedy.
 */
export async function claimBlock(ports: PodPorts, asked?: number): Promise<AddressBlock> {
  if (asked !== undefined) return claim(asked, ports);
  let problem: unknown = new InfrastructureError(
    "address-in-use",
    `this process has used the addresses of every block from 127.${FIRST_BLOCK}.0.0/16 to 127.${LAST_BLOCK}.0.0/16`,
    "Start a new process.",
  );
  for (let block = FIRST_BLOCK; block <= LAST_BLOCK; block++) {
    if (LAST_HOST - (nextHost.get(block) ?? FIRST_HOST) < ENOUGH) continue;
    try {
      return await claim(block, ports);
    } catch (error) {
      problem = error;
    }
  }
  throw problem;
}
