/** Where a probe of an assertion goes in a cell: service, port and host name by the mesh profile. */
import { type Probe, requestLine, transportOf } from "../../domain/assertion/expectation.ts";
import type { Service } from "../../domain/assertion/fixture.ts";
import type { ProbeRequest, Target } from "../../domain/measurement/probe.ts";
import type { Cell, Member } from "../cell/cell.ts";

/** A name in an assertion that its fixture does not have: a mistake in the file, found when it is loaded. */
export class UnknownNameError extends Error {
  override readonly name = "UnknownNameError";
}

/** `to: b` with TCP means the service `b-tcp` where `b` itself speaks another protocol: some meshes want one a Service. */
export function serviceOf(services: readonly Service[], probe: Probe): Service {
  const transport = transportOf(probe);
  const there = probe.in === undefined ? services : services.filter((s) => s.in === probe.in);
  const found =
    there.find((s) => s.name === probe.to && s.protocol === transport) ??
    there.find((s) => s.name === `${probe.to}-${transport}`);
  if (found === undefined) throw new UnknownNameError(`the fixture has no ${transport} service "${probe.to}"`);
  return found;
}

export function targetOf(cell: Cell, probe: Probe): Target {
  const service = serviceOf(cell.fixture.services, probe);
  const port = probe.port ?? service.ports[0]?.port ?? 0;
  const namespace = cell.bindings.namespaces[service.in ?? cell.fixture.namespaces[0] ?? ""] ?? "";
  const fill = (form: string) => form.replaceAll("{service}", service.name).replaceAll("{namespace}", namespace);
  switch (probe.via ?? "mesh") {
    case "mesh":
      return { host: fill(cell.plan.profile.join.host), port };
    case "service":
      return { host: fill("{service}.{namespace}.svc.cluster.local"), port };
    case "clusterIP":
      return { host: cell.clusterIPs.get(`${namespace}/${service.name}`) ?? "", port };
    case "podIP": {
      const mapped = service.ports.find((p) => p.port === port)?.targetPort ?? port;
      return { host: serversOf(cell, probe)[0]?.ip ?? "", port: mapped };
    }
  }
}

/** The pods that may receive the probe. */
export function serversOf(cell: Cell, probe: Probe): readonly Member[] {
  return serviceOf(cell.fixture.services, probe).selects.flatMap((workload) => cell.members.get(workload) ?? []);
}

export function requestOf(probe: Probe): ProbeRequest {
  if (probe.tcp !== undefined) return { kind: "tcp", mode: probe.tcp };
  if (probe.udp === true) return { kind: "udp", datagrams: 5 };
  const { method, path } = requestLine(probe);
  return {
    kind: "http",
    protocol: probe.protocol ?? "http/1.1",
    method,
    path,
    headers: probe.headers ?? {},
    ...(["POST", "PUT", "PATCH"].includes(method) ? { body: "{}" } : {}),
    ...(probe.raw === true ? { raw: true } : {}),
  };
}
