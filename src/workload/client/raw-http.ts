/** HTTP/1.1 probes written directly to a socket: nothing normalises or refuses an unusual path, method or header. */
import { connect, type Socket } from "node:net";
import type { HttpRequest, Observation } from "../../domain/measurement/probe.ts";
import { connectOptions, type Endpoint, endConnection, endpointKey } from "../network.ts";
import { Exchange, excerpt } from "./exchange.ts";
import { isTlsAlert } from "./failure.ts";
import { readHead, readReply } from "./http-reply.ts";
import { type ClientSettings, headersOf, headFacts, OPENED_ANEW, type ProbeClient } from "./probe-client.ts";

export class RawHttpClient implements ProbeClient {
  readonly #settings: ClientSettings<HttpRequest>;
  /** By endpoint: the open connection, or undefined if the last one could not be kept. */
  readonly #kept = new Map<string, Socket | undefined>();

  constructor(settings: ClientSettings<HttpRequest>) {
    this.#settings = settings;
  }

  async send(id: string, endpoint: Endpoint): Promise<Observation> {
    const { isKept, timeoutMs } = this.#settings;
    const exchange = new Exchange(id, timeoutMs);
    const key = endpointKey(endpoint);
    const last = this.#kept.get(key);
    const isOpen = last !== undefined && !last.destroyed && !last.readableEnded;
    if (!isOpen && this.#kept.has(key)) exchange.remark(OPENED_ANEW);
    const socket = isOpen ? last : this.#open(endpoint);
    let isPersistent = false;
    const release = readReplyFrom(socket, exchange, this.#settings.request.method, (mayKeep) => {
      isPersistent = mayKeep;
    });
    socket.write(this.#requestBytes(id));
    const observation = await exchange.ended;
    release();
    const mayStay = isKept && isPersistent && observation.failure === undefined;
    if (isKept) this.#kept.set(key, mayStay ? socket : undefined);
    if (observation.failure !== undefined) socket.destroy();
    else if (!mayStay) endConnection(this.#settings.network, socket);
    return observation;
  }

  close(): void {
    for (const socket of this.#kept.values()) socket?.destroy();
  }

  #open(endpoint: Endpoint): Socket {
    const socket = connect(connectOptions(this.#settings.network, endpoint));
    // Between two probes there is no other listener; the next one finds the socket destroyed.
    socket.on("error", () => {});
    return socket;
  }

  #requestBytes(id: string): string {
    const { request, isKept } = this.#settings;
    const headers = headersOf(this.#settings, id);
    const hasConnection = Object.keys(headers).some((name) => name.toLowerCase() === "connection");
    if (!hasConnection) headers.Connection = isKept ? "keep-alive" : "close";
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return `${request.method} ${request.path} HTTP/1.1\r\n${lines.join("")}\r\n${request.body ?? ""}`;
  }
}

/** Feeds the exchange from the socket until it has ended; returns a function that detaches it from the socket. */
function readReplyFrom(
  socket: Socket,
  exchange: Exchange,
  method: string,
  onWhole: (mayKeep: boolean) => void,
): () => void {
  let bytes: Buffer = Buffer.alloc(0);
  exchange.watchBytes(() => bytes.length > 0);
  const read = (isEnded: boolean) => {
    try {
      if (isTlsAlert(bytes)) {
        return exchange.fail({ failure: "reset", detail: "the peer sent a TLS alert", foreign: true });
      }
      const reply = readReply(bytes, method, isEnded);
      const head = reply ?? readHead(bytes);
      if (head === undefined) return;
      const facts = headFacts(head.status, (name) => head.headers.get(name));
      exchange.see(facts);
      if (reply === undefined) return;
      if (facts.server === undefined && reply.body.length > 0) exchange.remark(excerpt(reply.body));
      onWhole(reply.isPersistent);
      exchange.succeed();
    } catch (error) {
      exchange.fail({ failure: "client", detail: `${(error as Error).message}; it began with ${excerpt(bytes)}` });
    }
  };
  const onData = (piece: Buffer) => {
    bytes = bytes.length === 0 ? piece : Buffer.concat([bytes, piece]);
    read(false);
  };
  const onEnd = () => {
    read(true);
    exchange.fail({ failure: "reset", detail: "the connection ended before the reply" });
  };
  const onError = (error: Error) => exchange.failWith(error);
  socket.on("data", onData).on("end", onEnd).on("error", onError);
  return () => {
    socket.off("data", onData).off("end", onEnd).off("error", onError);
  };
}
