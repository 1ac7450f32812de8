/** The agent: a bridge from the stdin and stdout of an exec session to the server's control socket. */
import { connect, type Socket } from "node:net";
import type { Readable, Writable } from "node:stream";

/** Milliseconds that the server has to open its socket: an exec may come before the server listens. */
export const CONNECT_DEADLINE_MS = 10_000;
/** Milliseconds between checks whether it is open. */
const RETRY_MS = 50;

/** What connecting reports before the server is up: no socket, or one left by a dead server. */
const NOT_YET = new Set(["ENOENT", "ECONNREFUSED"]);

function connectOnce(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
  });
}

/** Rejects after `deadlineMs`, or immediately on an error that waiting cannot resolve. */
async function connectWithin(path: string, deadlineMs: number): Promise<Socket> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    try {
      return await connectOnce(path);
    } catch (error) {
      if (!NOT_YET.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
      if (performance.now() + RETRY_MS > deadline) {
        throw new Error(`no server at ${path} in ${deadlineMs} ms: ${(error as Error).message}`);
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/**
 * Resolves when the session is over: the input has ended and its requests are answered, the server is gone, or nobody
 * reads the output any longer. Rejects if there is no server within `deadlineMs` milliseconds.
 */
export async function runAgent(
  path: string,
  input: Readable,
  output: Writable,
  deadlineMs = CONNECT_DEADLINE_MS,
): Promise<void> {
  const socket = await connectWithin(path, deadlineMs);
  await new Promise<void>((resolve) => {
    socket.on("error", () => resolve());
    socket.on("close", () => resolve());
    input.on("error", () => resolve());
    output.on("error", () => resolve());
    // Bytes are passed on unchanged, so a line may arrive in pieces, and `pipe` slows down a side that the other cannot keep up with.
    input.pipe(socket);
    // A session that is cut off closes its stdin without an orderly end, possibly before this point.
    input.on("close", () => socket.end());
    if (input.destroyed) socket.end();
    socket.pipe(output, { end: false });
  });
  socket.destroy();
}
