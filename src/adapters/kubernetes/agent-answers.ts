/** Answers of an agent whose shape is checked before they are believed; those about probes are checked as they are unpacked. */
import type { Health } from "../../domain/measurement/probe.ts";

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isPorts = (value: unknown) => Array.isArray(value) && value.every((port) => Number.isInteger(port));

const shown = (value: unknown) => (JSON.stringify(value) ?? "nothing").slice(0, 100);

/** @throws TypeError */
export function healthIn(result: unknown): Health {
  const { ok, identity, ports, now } = isRecord(result) ? result : {};
  const known =
    typeof ok === "boolean" &&
    typeof now === "number" &&
    isRecord(identity) &&
    [identity.pod, identity.account, identity.workload].every((name) => typeof name === "string") &&
    isRecord(ports) &&
    [ports.http, ports.tcp, ports.udp].every(isPorts);
  if (known) return result as unknown as Health;
  throw new TypeError(`${shown(result)} is not about a server's health`);
}

/** @throws TypeError */
export function addressesIn(result: unknown): readonly string[] {
  if (Array.isArray(result) && result.every((one) => typeof one === "string")) return result;
  throw new TypeError(`${shown(result)} is no list of addresses`);
}
