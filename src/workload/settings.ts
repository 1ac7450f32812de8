/** The environment variables that the workload reads, all in one place. */
import { identityFromEnv } from "./identity.ts";
import { systemNetwork } from "./network.ts";
import type { WorkloadOptions } from "./server/server.ts";

/** Path of the control socket unless SMI_CONTROL names another. */
export const DEFAULT_CONTROL = "/tmp/smi-workload.sock";

function ports(env: NodeJS.ProcessEnv, name: string, fallback: string): number[] {
  const value = env[name] || fallback;
  return value.split(",").map((part) => {
    const port = /^\s*\d{1,5}\s*$/.test(part) ? Number(part) : Number.NaN;
    if (!(port <= 65_535)) throw new Error(`${name}: "${part}" is not a port number`);
    return port;
  });
}

/**
 * POD_NAME, SERVICE_ACCOUNT, SERVICE_NAME, SERVICE_VERSION: its identity.
 * SMI_HTTP_PORTS, SMI_TCP_PORTS, SMI_UDP_PORTS (comma-separated), PORT (Learn Layer5 interface): where it listens.
 * SMI_LISTEN: the one address it listens on. SMI_SOURCE: source address of its probes. SMI_CONTROL: its socket.
 * Throws an Error that names the variable.
 */
export function optionsFromEnv(env: NodeJS.ProcessEnv): WorkloadOptions {
  const [learnLayer5Port = 9091] = ports(env, "PORT", "9091");
  return {
    identity: identityFromEnv(env),
    httpPorts: ports(env, "SMI_HTTP_PORTS", "8080,8081"),
    tcpPorts: ports(env, "SMI_TCP_PORTS", "9000,9001"),
    udpPorts: ports(env, "SMI_UDP_PORTS", "9100,9101"),
    learnLayer5Port,
    control: controlPath(env),
    ...(env.SMI_LISTEN ? { listen: env.SMI_LISTEN } : {}),
    ...(env.SMI_SOURCE ? { network: { ...systemNetwork, localAddress: env.SMI_SOURCE } } : {}),
  };
}

export function controlPath(env: NodeJS.ProcessEnv): string {
  return env.SMI_CONTROL || DEFAULT_CONTROL;
}
