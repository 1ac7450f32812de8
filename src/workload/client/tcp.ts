/** TCP probes in which the client or the server speaks first (server/tcp.ts describes the lines). */
import { connect } from "node:net";
import type { Observation, TcpRequest } from "../../domain/measurement/probe.ts";
import { LineSplitter } from "../agent/lines.ts";
import { parseIdentityLine } from "../identity.ts";
import { connectOptions, type Endpoint, endConnection } from "../network.ts";
import { Exchange, excerpt } from "./exchange.ts";
import { isTlsAlert } from "./failure.ts";
import type { ClientSettings, ProbeClient } from "./probe-client.ts";

const MAX_LINE = 4_096;

export class TcpClient implements ProbeClient {
  readonly #settings: ClientSettings<TcpRequest>;

  constructor(settings: ClientSettings<TcpRequest>) {
    this.#settings = settings;
  }

  async send(id: string, endpoint: Endpoint): Promise<Observation> {
    const { request, network, timeoutMs } = this.#settings;
    const exchange = new Exchange(id, timeoutMs);
    const socket = connect(connectOptions(network, endpoint));
    const lines = new LineSplitter(MAX_LINE);
    let hasAsked = request.mode === "client-first";
    exchange.watchBytes(() => socket.bytesRead > 0);
    if (hasAsked) socket.write(`${id}\n`);

    const onLine = (line: string) => {
      const said = parseIdentityLine(line);
      // A proxy that refuses the connection may say so in its own protocol before it closes it.
      if (said === undefined) {
        const detail = `ended by other words than the application's: ${excerpt(Buffer.from(line))}`;
        return exchange.fail({ failure: "reset", detail, foreign: true });
      }
      exchange.see({ server: said.server });
      if (said.id !== undefined) {
        exchange.see({ echoedId: said.id });
        exchange.succeed();
      } else if (!hasAsked) {
        hasAsked = true;
        socket.write(`${id}\n`);
      }
    };
    socket.on("data", (piece) => {
      if (isTlsAlert(piece)) {
        return exchange.fail({ failure: "reset", detail: "the peer sent a TLS alert", foreign: true });
      }
      try {
        for (const line of lines.push(piece)) onLine(line);
      } catch (error) {
        exchange.failWith(error);
      }
    });
    socket.on("error", (error) => exchange.failWith(error));
    socket.on("close", () => exchange.fail({ failure: "reset", detail: "the connection ended before the echo" }));
    const observation = await exchange.ended;
    if (observation.failure === undefined) endConnection(network, socket);
    else socket.destroy();
    return observation;
  }

  close(): void {}
}
