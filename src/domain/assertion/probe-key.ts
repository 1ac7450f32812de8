/** The identity of a probe, from its fields: what `describeProbe` says of one is for people. */
import { type Probe, requestLine, transportOf } from "./expectation.ts";

/** What a probe of one transport consists of, with defaults filled in. Fields of another transport are not sent. */
function contentOf(probe: Probe): readonly unknown[] {
  const transport = transportOf(probe);
  if (transport === "tcp") return ["tcp", probe.tcp];
  if (transport === "udp") return ["udp"];
  const { method, path } = requestLine(probe);
  const headers = Object.entries(probe.headers ?? {}).sort(([x], [y]) => (x < y ? -1 : 1));
  return ["http", probe.protocol ?? "http/1.1", method, path, probe.raw === true, headers];
}

/** The same text for two probes, and only for two, that ask for the same exchange: same ends, same way, same content. */
export function probeKey(probe: Probe): string {
  const { from, to, in: namespace = null, port = null, via = "mesh" } = probe;
  return JSON.stringify([from, to, namespace, port, via, ...contentOf(probe)]);
}

/** Two exchanges that the mesh must treat alike at one moment. */
export function sameExchange(x: Probe, y: Probe): boolean {
  return probeKey(x) === probeKey(y);
}
