/** HTTP/1.1 probes over kept connections, with Node's own client. */
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import type { HttpRequest, Observation } from "../../domain/measurement/probe.ts";
import { connectOptions, type Endpoint, endpointKey } from "../network.ts";
import { Exchange, excerpt } from "./exchange.ts";
import { type ClientSettings, headersOf, headFacts, OPENED_ANEW, type ProbeClient } from "./probe-client.ts";

export class HttpClient implements ProbeClient {
  readonly #settings: ClientSettings<HttpRequest>;
  /** Keeps a connection for each address and port. */
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  /** Ports by address to which a connection has been opened: only there can one have been lost. */
  readonly #connected = new Set<string>();

  constructor(settings: ClientSettings<HttpRequest>) {
    this.#settings = settings;
  }

  async send(id: string, endpoint: Endpoint): Promise<Observation> {
    const { request, network, timeoutMs } = this.#settings;
    const exchange = new Exchange(id, timeoutMs);
    try {
      const sent = httpRequest({
        ...connectOptions(network, endpoint),
        agent: this.#agent,
        method: request.method,
        path: request.path,
        headers: headersOf(this.#settings, id),
      });
      sent.on("socket", (socket) => {
        // A kept socket has read earlier replies: only what it reads from now on belongs to this one.
        const before = socket.bytesRead;
        exchange.watchBytes(() => socket.bytesRead > before);
      });
      sent.on("response", (response) => {
        this.#noteConnection(endpointKey(endpoint), sent.reusedSocket, exchange);
        readReply(response, exchange);
      });
      sent.on("error", (error) => exchange.failWith(error));
      sent.end(request.body);
      const observation = await exchange.ended;
      if (observation.failure !== undefined) sent.destroy();
      return observation;
    } catch (error) {
      // A method, path or header that Node's client refuses to send; `raw` sends it.
      exchange.failWith(error);
      return exchange.ended;
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #noteConnection(key: string, isReused: boolean, exchange: Exchange): void {
    if (!isReused && this.#connected.has(key)) exchange.remark(OPENED_ANEW);
    this.#connected.add(key);
  }
}

function readReply(response: IncomingMessage, exchange: Exchange): void {
  const facts = headFacts(response.statusCode ?? 0, (name) => response.headers[name]);
  exchange.see(facts);
  let first: Buffer | undefined;
  response.on("data", (piece: Buffer) => {
    first ??= piece;
  });
  response.on("error", (error) => exchange.failWith(error));
  response.on("end", () => {
    if (facts.server === undefined && first !== undefined) exchange.remark(excerpt(first));
    exchange.succeed();
  });
}
