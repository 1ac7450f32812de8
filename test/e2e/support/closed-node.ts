/** Closes a kind node's forwarding between pods, as a network policy that allows nothing does. */
import { systemClock } from "../../../src/adapters/clock.ts";
import { createTool } from "../../../src/adapters/tools/process.ts";
import type { Log } from "../../../src/ports.ts";

/** Where kind's pods live. By the subnet and not by the pods' own addresses, which later pods are given again. */
const PODS = "10.244.0.0/16";

/** Names stay resolvable, and a connection that is open stays so: everything else between pods is dropped. */
const rules: readonly (readonly string[])[] = [
  ["-m", "conntrack", "--ctstate", "ESTABLISHED,RELATED", "-j", "ACCEPT"],
  ["-p", "udp", "--dport", "53", "-j", "ACCEPT"],
  ["-p", "tcp", "--dport", "53", "-j", "ACCEPT"],
  ["-s", PODS, "-d", PODS, "-j", "DROP"],
];

/** @throws ToolError */
export async function closeNode(node: string, log: Log): Promise<void> {
  const tool = createTool({ log, clock: systemClock });
  for (const [index, rule] of rules.entries()) {
    const insert = ["iptables", "--wait", "-I", "FORWARD", String(index + 1), ...rule];
    await tool.run(["docker", "exec", node, ...insert]);
  }
}
