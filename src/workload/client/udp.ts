/** UDP probes: the id in a datagram, resent at regular intervals until an echo comes or the time is up. */
import { createSocket } from "node:dgram";
import { isIPv6 } from "node:net";
import type { Observation, UdpRequest } from "../../domain/measurement/probe.ts";
import { parseIdentityLine } from "../identity.ts";
import type { Endpoint } from "../network.ts";
import { Exchange } from "./exchange.ts";
import type { ClientSettings, ProbeClient } from "./probe-client.ts";

export class UdpClient implements ProbeClient {
  readonly #settings: ClientSettings<UdpRequest>;

  constructor(settings: ClientSettings<UdpRequest>) {
    this.#settings = settings;
  }

  /** A separate socket for each probe, so that the state of one flow in conntrack does not affect the next. */
  async send(id: string, { address, port }: Endpoint): Promise<Observation> {
    const { request, network, timeoutMs } = this.#settings;
    const exchange = new Exchange(id, timeoutMs);
    const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
    let hasBytes = false;
    exchange.watchBytes(() => hasBytes);
    // Connected, so that the kernel hands us the ICMP errors of this flow and no datagrams of others.
    socket.on("error", (error) => exchange.failWith(error));
    socket.on("message", (datagram) => {
      hasBytes = true;
      const said = parseIdentityLine(datagram.toString("utf8"));
      if (said === undefined) return;
      exchange.see({ server: said.server, ...(said.id === undefined ? {} : { echoedId: said.id }) });
      if (said.id === id) exchange.succeed();
    });

    const total = Math.max(1, request.datagrams ?? 1);
    let sent = 0;
    let resend: NodeJS.Timeout | undefined;
    const sendOne = () => {
      sent += 1;
      if (sent >= total) clearInterval(resend);
      socket.send(id, (error) => error && exchange.failWith(error));
    };
    const start = () => {
      socket.connect(port, address, () => {
        if (exchange.isOver) return;
        if (total > 1) resend = setInterval(sendOne, timeoutMs / total);
        sendOne();
      });
    };
    if (network.localAddress === undefined) start();
    else socket.bind({ address: network.localAddress }, start);
    const observation = await exchange.ended;
    clearInterval(resend);
    socket.close();
    return observation;
  }

  close(): void {}
}
