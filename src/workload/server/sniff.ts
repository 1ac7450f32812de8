/** Distinguishes HTTP/2 with prior knowledge from HTTP/1.1 on a new connection. */
import type { Socket } from "node:net";

/** Start of the HTTP/2 client preface (RFC 9113, 3.4), with which no HTTP/1.1 request begins. */
const PREFACE = Buffer.from("PRI * HTTP/2.0");

/** Calls `decide` once enough bytes have arrived, after putting all of them back to be read again. */
export function sniffHttp2(socket: Socket, decide: (isHttp2: boolean) => void): void {
  let head: Buffer = Buffer.alloc(0);
  const onEnd = () => socket.destroy();
  const onData = (piece: Buffer) => {
    head = head.length === 0 ? piece : Buffer.concat([head, piece]);
    const length = Math.min(head.length, PREFACE.length);
    const isLike = head.subarray(0, length).equals(PREFACE.subarray(0, length));
    if (isLike && length < PREFACE.length) return;
    socket.off("data", onData);
    socket.off("end", onEnd);
    socket.pause();
    socket.unshift(head);
    decide(isLike);
    // By now the server has added its listeners, or reads the buffered bytes itself.
    process.nextTick(() => socket.resume());
  };
  socket.on("data", onData);
  socket.on("end", onEnd);
}
