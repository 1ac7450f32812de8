/** The ports on which every pod of a fixture listens (src/workload/settings.ts), by transport. */
import type { Transport } from "../measurement/probe.ts";

export const applicationPorts: Readonly<Record<Transport, readonly number[]>> = {
  http: [8080, 8081],
  tcp: [9000, 9001],
  udp: [9100, 9101],
};
