/** The sample application: all its ports, its arrival log and its control socket. */

import { serveControl } from "../agent/control.ts";
import { createOperations, type Operations } from "../agent/operations.ts";
import type { Identity } from "../identity.ts";
import { type Network, systemNetwork } from "../network.ts";
import { ArrivalLog } from "./arrivals.ts";
import { serveHttp } from "./http.ts";
import { echoHandler } from "./http-echo.ts";
import { admitter, type Inbound } from "./inbound.ts";
import { learnLayer5Handler } from "./learn-layer5.ts";
import type { Listening } from "./listening.ts";
import { serveTcp } from "./tcp.ts";
import { serveUdp } from "./udp.ts";

/** Port 0: any free one. */
export interface WorkloadOptions {
  readonly identity: Identity;
  /** Address listened on; all of them when absent. */
  readonly listen?: string;
  readonly httpPorts: readonly number[];
  readonly tcpPorts: readonly number[];
  readonly udpPorts: readonly number[];
  /** Port of the Learn Layer5 interface. */
  readonly learnLayer5Port: number;
  /** Path of the control socket; none is opened when absent. */
  readonly control?: string;
  /** How the client reaches others; by the system if absent. */
  readonly network?: Network;
  /** What is in front of the application, unless a real mesh is. */
  readonly inbound?: Inbound;
}

export interface Workload {
  /** Ports listened on, in the order of the options. */
  readonly ports: {
    readonly http: readonly number[];
    readonly tcp: readonly number[];
    readonly udp: readonly number[];
    readonly learnLayer5: number;
  };
  /** The operations of the control socket, for callers in this process. */
  readonly operations: Operations;
  /** Ends all connections and releases all ports. */
  close(): Promise<void>;
}

/** Resolves once everything listens, the control socket last. Rejects, holding no port, if an address is not available. */
export async function startServer(options: WorkloadOptions): Promise<Workload> {
  const { identity } = options;
  const arrivals = new ArrivalLog();
  const open: Listening[] = [];
  const close = async () => {
    await Promise.all(open.splice(0).map((listening) => listening.close()));
  };
  const started = async (starting: Promise<Listening>): Promise<number> => {
    const listening = await starting;
    open.push(listening);
    return listening.port;
  };
  const admit = admitter(options.inbound, options.listen);
  const settings = (port: number) => ({
    port,
    identity,
    note: arrivals.note.bind(arrivals),
    admit,
    ...(options.listen === undefined ? {} : { host: options.listen }),
  });
  const startAll = async (ports: readonly number[], start: (port: number) => Promise<Listening>) => {
    const numbers: number[] = [];
    for (const port of ports) numbers.push(await started(start(port)));
    return numbers;
  };

  try {
    const handler = echoHandler(identity);
    const http = await startAll(options.httpPorts, (port) => serveHttp({ ...settings(port), handler }));
    const tcp = await startAll(options.tcpPorts, (port) => serveTcp(settings(port)));
    const udp = await startAll(options.udpPorts, (port) => serveUdp(settings(port)));
    const learnLayer5 = await started(
      serveHttp({ ...settings(options.learnLayer5Port), handler: learnLayer5Handler(identity) }),
    );
    const operations = createOperations({
      identity,
      network: options.network ?? systemNetwork,
      arrivals,
      ports: { http, tcp, udp },
      loopback: options.listen ?? "127.0.0.1",
    });
    if (options.control !== undefined) await started(serveControl(options.control, operations));
    return { ports: { http, tcp, udp, learnLayer5 }, operations, close };
  } catch (error) {
    await close();
    throw error;
  }
}
