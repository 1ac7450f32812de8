/** Observations and arrivals by their outcome, for the tests of what judges them. */
import type { Arrival, Observation, ServerIdentity } from "../../../src/domain/probe.ts";

let next = 0;

export const serverOf = (workload = "b"): ServerIdentity => ({
  pod: `${workload}-1`,
  account: workload,
  workload,
  port: 8080,
});

export function seen(given: Partial<Observation> = {}): Observation {
  next += 1;
  return { id: `r.${next}`, ms: 1, ...given };
}

export function okFrom(workload = "b"): Observation {
  const observation = seen({ status: 200, server: serverOf(workload) });
  return { ...observation, echoedId: observation.id };
}

export function appError(status = 403): Observation {
  const observation = seen({ status, server: serverOf() });
  return { ...observation, echoedId: observation.id };
}

export const refused = () => seen({ status: 403 });
export const reset = () => seen({ failure: "reset" });
export const dropped = () => seen({ failure: "timeout" });
export const proxyError = () => seen({ status: 500 });
export const infra = () => seen({ failure: "dns" });

export const arrivalOf = ({ id }: Observation): Arrival => ({
  id,
  transport: "http",
  port: 8080,
  peer: "10.0.0.1",
  at: 0,
});

export const many = (count: number, make: () => Observation) => Array.from({ length: count }, make);
