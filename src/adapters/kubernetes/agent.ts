/** The agent of one pod: JSON lines over one exec session that lasts for the whole run. */
import { PassThrough } from "node:stream";
import { Exec, type KubeConfig } from "@kubernetes/client-node";
import { unpackArrivals, unpackObservations } from "../../domain/measurement/decode.ts";
import type {
  AgentReply,
  AgentRequest,
  Health,
  PackedArrivals,
  PackedObservations,
} from "../../domain/measurement/probe.ts";
import { InfrastructureError } from "../../errors.ts";
import type { Agent } from "../../ports.ts";

/** How the workload's program is started as an agent in its image. */
const AGENT_COMMAND = ["node", "/smi/workload.cjs", "agent"];

type Question = AgentRequest extends infer R ? (R extends { seq: number } ? Omit<R, "seq"> : never) : never;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** @throws InfrastructureError("agent-lost") here and from every later call once the session has ended. */
export async function openAgent(
  config: KubeConfig,
  pod: { readonly namespace: string; readonly name: string; readonly container: string },
): Promise<Agent> {
  const where = `${pod.namespace}/${pod.name}`;
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const waiting = new Map<number, Waiting>();
  let seq = 0;
  let ended: Error | undefined;
  let printed = "";

  function lost(reason: string): void {
    if (ended !== undefined) return;
    ended = new InfrastructureError(
      "agent-lost",
      `the exec session to ${where} ended: ${reason}${printed === "" ? "" : ` (${printed.trim().slice(-300)})`}`,
      "The pod or the API server went away during the run; the evidence has the pod's log and events. Run again.",
    );
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  }

  function take(line: string): void {
    const reply = JSON.parse(line) as AgentReply;
    const question = waiting.get(reply.seq);
    waiting.delete(reply.seq);
    if (reply.ok) question?.resolve(reply.result);
    else
      question?.reject(
        new InfrastructureError(
          "agent-lost",
          `the agent of ${where} refused: ${reply.error}`,
          "This is a defect of the suite; please report it.",
        ),
      );
  }

  let rest = "";
  stdout.setEncoding("utf8");
  stdout.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    try {
      for (const line of lines) if (line !== "") take(line);
    } catch (error) {
      lost(`it sent a line that is not JSON: ${(error as Error).message}`);
    }
  });
  stderr.on("data", (chunk: Buffer) => {
    printed += chunk.toString("utf8");
  });

  const socket = await new Exec(config)
    .exec(pod.namespace, pod.name, pod.container, AGENT_COMMAND, stdout, stderr, stdin, false, (status) =>
      lost(status.message ?? status.status ?? "done"),
    )
    .catch((error: unknown) => {
      throw new InfrastructureError(
        "agent-lost",
        `the exec session to ${where} could not be opened: ${error instanceof Error ? error.message : String((error as { message?: string }).message ?? error)}`,
        "Check that the pod runs and that the kubeconfig's user may exec into pods.",
        { cause: error },
      );
    });
  socket.onclose = () => lost("the connection closed");
  socket.onerror = (event: { message: string }) => lost(event.message);

  // All that is asked in one turn is sent as one message.
  let asked: string[] = [];
  const flush = () => {
    const lines = asked.join("");
    asked = [];
    if (ended === undefined) stdin.write(lines);
  };

  function ask<T>(question: Question, signal?: AbortSignal): Promise<T> {
    if (ended !== undefined) return Promise.reject(ended);
    seq += 1;
    const mine = seq;
    return new Promise<T>((resolve, reject) => {
      const onAbort = () => {
        waiting.delete(mine);
        reject(signal?.reason);
      };
      if (signal?.aborted) return onAbort();
      signal?.addEventListener("abort", onAbort, { once: true });
      const settle = () => signal?.removeEventListener("abort", onAbort);
      waiting.set(mine, {
        resolve: (value) => {
          settle();
          resolve(value as T);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      if (asked.push(`${JSON.stringify({ seq: mine, ...question })}\n`) === 1) queueMicrotask(flush);
    });
  }

  return {
    probe: async (batch, signal) =>
      unpackObservations(batch.id, await ask<PackedObservations>({ op: "probe", batch }, signal)),
    arrivals: async (prefix) => unpackArrivals(prefix, await ask<PackedArrivals>({ op: "arrivals", prefix })),
    health: () => ask<Health>({ op: "health" }),
    resolve: (host) => ask<readonly string[]>({ op: "resolve", host }),
    async close() {
      lost("closed by the suite");
      stdin.end();
      socket.close();
    },
  };
}
