/** One exec session: lines in, lines out. It is not trusted to open, to answer, to end, or to keep to its protocol. */
import type { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { Exec, type KubeConfig } from "@kubernetes/client-node";

/** Milliseconds until the session has to be open. */
const OPEN_MS = 15_000;
/** Characters of a line without an end, and bytes of a message: a reply about thousands of probes has some hundred KiB. */
const MAX_LINE = 16 * 1024 * 1024;
/** Characters of standard error that are kept, from its end. */
const MAX_PRINTED = 4096;

export interface ExecPod {
  readonly namespace: string;
  readonly name: string;
  readonly container: string;
}

export interface ExecEvents {
  onLine(line: string): void;
  /** Called once: nothing comes after it. @param printed the end of what its standard error said */
  onEnd(reason: string, printed: string): void;
}

export interface ExecSession {
  send(text: string): void;
  close(reason: string): void;
}

/** Rejects with the reason of the signal, whatever becomes of the promise. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** @param limit gives a signal that ends the opening. The function throws what the library throws, or the signal's reason. */
export async function openExec(
  config: KubeConfig,
  pod: ExecPod,
  command: string[],
  limit: (ms: number) => AbortSignal,
  events: ExecEvents,
): Promise<ExecSession> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const opening = limit(OPEN_MS);
  let printed = "";
  let rest = "";
  let ended = false;
  let disconnect = () => {};

  function end(reason: string): void {
    if (ended) return;
    ended = true;
    rest = "";
    stdin.end();
    disconnect();
    events.onEnd(reason, printed.trim());
  }

  stdout.setEncoding("utf8");
  stdout.on("data", (chunk: string) => {
    if (ended) return;
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    try {
      for (const line of lines) if (line !== "" && !ended) events.onLine(line);
    } catch (error) {
      end(`it sent a line that is no reply: ${messageOf(error)}`);
    }
    if (rest.length > MAX_LINE) end(`it sent a line of more than ${MAX_LINE} characters`);
  });
  stderr.on("data", (chunk: Buffer) => {
    printed = (printed + chunk.toString("utf8")).slice(-MAX_PRINTED);
  });
  for (const stream of [stdin, stdout, stderr]) stream.on("error", (error) => end(messageOf(error)));

  /** The library of the sockets calls this with each that it makes, before anything can have come. */
  function finishRequest(request: { end(): void }, socket: EventEmitter & { terminate(): void }): void {
    disconnect = () => socket.terminate();
    const emit = socket.emit.bind(socket);
    // What the client library throws at a message that it does not understand would end this process.
    socket.emit = (...event) => {
      try {
        return ended && event[0] === "message" ? false : emit(...event);
      } catch (error) {
        end(`it sent a message that is none of the protocol's: ${messageOf(error)}`);
        return false;
      }
    };
    request.end();
  }

  const bounded = Object.create(config) as KubeConfig;
  bounded.applyToHTTPSOptions = async (options) => {
    await config.applyToHTTPSOptions(options);
    Object.assign(options, { signal: opening, handshakeTimeout: OPEN_MS, maxPayload: MAX_LINE, finishRequest });
  };
  const exec = new Exec(bounded);
  // The library ends these streams when the other side says so; it takes those of this process, unless told otherwise.
  Object.assign(exec.handler, { streams: { stdin, stdout, stderr } });
  const connecting = exec.exec(
    pod.namespace,
    pod.name,
    pod.container,
    command,
    stdout,
    stderr,
    stdin,
    false,
    (status) => end(status.message ?? status.status ?? "done"),
  );
  // Opened too late: nobody waits for it.
  connecting.then(
    (late) => opening.aborted && late.close(),
    () => {},
  );
  const socket = await orAborted(connecting, opening);
  socket.onclose = () => end("the connection closed");
  socket.onerror = (event: { message: string }) => end(event.message);
  if (ended) disconnect();

  return {
    send(text) {
      if (!ended) stdin.write(text);
    },
    close: end,
  };
}
