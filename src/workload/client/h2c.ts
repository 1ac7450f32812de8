/** HTTP/2 probes with prior knowledge and without TLS. */
import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from "node:http2";
import { connect } from "node:net";
import type { HttpRequest, Observation } from "../../domain/measurement/probe.ts";
import { connectOptions, type Endpoint, endpointKey, type ProbeClient } from "../network.ts";
import { http2Module } from "../server/http2-module.ts";
import { Exchange, excerpt } from "./exchange.ts";
import { type ClientSettings, headersOf, headFacts, OPENED_ANEW } from "./probe-client.ts";

/** Headers about one HTTP/1.1 connection, which HTTP/2 forbids (RFC 9113, 8.2.2). */
const CONNECTION_HEADERS = new Set(["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"]);

export class H2cClient implements ProbeClient {
  readonly #settings: ClientSettings<HttpRequest>;
  /** By endpoint: the last session, which may have ended. */
  readonly #kept = new Map<string, ClientHttp2Session>();

  constructor(settings: ClientSettings<HttpRequest>) {
    this.#settings = settings;
  }

  async send(id: string, endpoint: Endpoint): Promise<Observation> {
    const exchange = new Exchange(id, this.#settings.timeoutMs);
    const last = this.#kept.get(endpointKey(endpoint));
    const reused = last?.closed || last?.destroyed ? undefined : last;
    try {
      const wasTaken = await this.#exchange(reused ?? this.#open(endpoint, exchange), exchange, reused !== undefined);
      if (!wasTaken) {
        reused?.close();
        await this.#exchange(this.#open(endpoint, exchange), exchange, false);
      }
    } catch (error) {
      exchange.failWith(error);
    }
    return exchange.ended;
  }

  close(): void {
    for (const session of this.#kept.values()) session.close();
  }

  #open(endpoint: Endpoint, exchange: Exchange): ClientHttp2Session {
    const options = connectOptions(this.#settings.network, endpoint);
    const session = http2Module().connect(`http://${this.#settings.authority}`, {
      createConnection: () => connect(options),
    });
    // Between two probes there is no other listener.
    session.on("error", () => {});
    if (!this.#settings.isKept) return session;
    const key = endpointKey(endpoint);
    if (this.#kept.has(key)) exchange.remark(OPENED_ANEW);
    this.#kept.set(key, session);
    return session;
  }

  /**
   * Resolves once the exchange has ended. Resolves to false, with the exchange still open, if `mayBeRefused` and the server
   * refused the stream unprocessed, as it does while it is closing a kept connection (RFC 9113, 8.7).
   */
  async #exchange(session: ClientHttp2Session, exchange: Exchange, mayBeRefused: boolean): Promise<boolean> {
    const { request, isKept } = this.#settings;
    const onSessionError = (error: Error) => exchange.failWith(error);
    session.on("error", onSessionError);
    const stream = session.request(http2Headers(this.#settings, exchange.id), {
      endStream: request.body === undefined,
    });
    const givenBack = new Promise<undefined>((resolve) => {
      stream.on("error", (error) => {
        if (mayBeRefused && stream.rstCode === http2Module().constants.NGHTTP2_REFUSED_STREAM) resolve(undefined);
        else exchange.failWith(error);
      });
    });
    readReply(stream, exchange, mayBeRefused);
    if (request.body !== undefined) stream.end(request.body);
    const observation = await Promise.race([exchange.ended, givenBack]);
    session.off("error", onSessionError);
    if (observation === undefined) return false;
    if (observation.failure !== undefined) session.destroy();
    else if (!isKept) session.close();
    return true;
  }
}

/** Feeds the exchange from the stream until that closes. */
function readReply(stream: ClientHttp2Stream, exchange: Exchange, mayBeRefused: boolean): void {
  let isOurs = false;
  let isWhole = false;
  let first: Buffer | undefined;
  // The peer's SETTINGS are bytes of the connection, not of a reply, which begins with a response head.
  let hasHead = false;
  exchange.watchBytes(() => hasHead);
  stream.on("response", (headers) => {
    hasHead = true;
    const facts = headFacts(headers[":status"] ?? 0, (name) => headers[name]);
    isOurs = facts.server !== undefined;
    exchange.see(facts);
  });
  stream.on("data", (piece: Buffer) => {
    first ??= piece;
  });
  stream.on("end", () => {
    isWhole = hasHead;
  });
  // Only here is it known how the stream ended: a stream that was reset emits "end" as well.
  stream.on("close", () => {
    const code = stream.rstCode;
    if (mayBeRefused && code === http2Module().constants.NGHTTP2_REFUSED_STREAM) return;
    if (!isWhole || stream.aborted || code !== http2Module().constants.NGHTTP2_NO_ERROR) {
      return exchange.fail({ failure: "reset", detail: `the stream ended early (code ${code ?? "none"})` });
    }
    if (!isOurs && first !== undefined) exchange.remark(excerpt(first));
    exchange.succeed();
  });
}

function http2Headers(settings: ClientSettings<HttpRequest>, id: string): OutgoingHttpHeaders {
  const { Host: authority, ...others } = headersOf(settings, id);
  const headers: OutgoingHttpHeaders = {
    ":method": settings.request.method,
    ":path": settings.request.path,
    ":authority": authority,
  };
  for (const [name, value] of Object.entries(others)) {
    if (!CONNECTION_HEADERS.has(name.toLowerCase())) headers[name.toLowerCase()] = value;
  }
  return headers;
}
