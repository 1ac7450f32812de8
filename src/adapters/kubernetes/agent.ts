/** The agent of one pod: JSON lines over one exec session that lasts for the whole run. */
import type { KubeConfig } from "@kubernetes/client-node";
import { unpackArrivals, unpackObservations } from "../../domain/measurement/decode.ts";
import type { AgentReply, AgentRequest, PackedArrivals, PackedObservations } from "../../domain/measurement/probe.ts";
import { InfrastructureError } from "../../errors.ts";
import type { Agent } from "../../ports.ts";
import { addressesIn, healthIn } from "./agent-answers.ts";
import type { Bounds } from "./bounds.ts";
import { type ExecPod, openExec } from "./exec-session.ts";

/** How the workload's program is started as an agent in its image. */
const AGENT_COMMAND = ["node", "/smi/workload.cjs", "agent"];

/** Milliseconds for an answer that needs no network but the session's own. */
const ANSWER_MS = 30_000;

type Question = AgentRequest extends infer R ? (R extends { seq: number } ? Omit<R, "seq"> : never) : never;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Milliseconds after which even a batch of which no probe is answered has been told. */
function longest(question: Question): number {
  if (question.op !== "probe") return ANSWER_MS;
  const { count, concurrency, connection, timeoutMs } = question.batch;
  const rounds = Math.ceil(count / (connection === "kept" ? 1 : Math.max(1, concurrency)));
  return rounds * timeoutMs + ANSWER_MS;
}

const isReply = (value: unknown): value is AgentReply => {
  const { seq, ok, error } = (typeof value === "object" && value !== null ? value : {}) as Partial<
    Record<"seq" | "ok" | "error", unknown>
  >;
  return Number.isSafeInteger(seq) && (ok === true || (ok === false && typeof error === "string"));
};

/** @throws InfrastructureError("agent-lost") here and from every later call once the session has ended. */
export async function openAgent(config: KubeConfig, pod: ExecPod, bounds: Bounds): Promise<Agent> {
  const where = `${pod.namespace}/${pod.name}`;
  const waiting = new Map<number, Waiting>();
  let seq = 0;
  let ended: Error | undefined;

  function lost(reason: string, printed: string): void {
    ended = new InfrastructureError(
      "agent-lost",
      `the exec session to ${where} ended: ${reason}${printed === "" ? "" : ` (${printed.slice(-300)})`}`,
      "The pod or the API server went away during the run; the evidence has the pod's log and events. Run again.",
    );
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  }

  function take(line: string): void {
    const reply: unknown = JSON.parse(line);
    if (!isReply(reply)) throw new Error(line.slice(0, 100));
    // A reply to a question that was given up may come late; one to a question that was not asked yet is none.
    if (reply.seq > seq) throw new Error(`an answer to question ${reply.seq}, and ${seq} were asked`);
    const question = waiting.get(reply.seq);
    waiting.delete(reply.seq);
    if (reply.ok) question?.resolve(reply.result);
    else
      question?.reject(
        new InfrastructureError(
          "agent-lost",
          `the agent of ${where} refused: ${reply.error.slice(0, 300)}`,
          "This is a defect of the suite; please report it.",
        ),
      );
  }

  const session = await openExec(config, pod, AGENT_COMMAND, bounds.signal, { onLine: take, onEnd: lost }).catch(
    (error: unknown) => {
      throw new InfrastructureError(
        "agent-lost",
        `the exec session to ${where} could not be opened: ${error instanceof Error ? error.message : String((error as { message?: string }).message ?? error)}`,
        "Check that the pod runs and that the kubeconfig's user may exec into pods.",
        { cause: error },
      );
    },
  );

  // All that is asked in one turn is sent as one message.
  let asked: string[] = [];
  const flush = () => {
    const lines = asked.join("");
    asked = [];
    session.send(lines);
  };

  function ask(question: Question, signal?: AbortSignal): Promise<unknown> {
    if (ended !== undefined) return Promise.reject(ended);
    if (signal?.aborted) return Promise.reject(signal.reason);
    seq += 1;
    const mine = seq;
    const late = bounds.signal(longest(question));
    return new Promise<unknown>((resolve, reject) => {
      const onAbort = () => {
        waiting.delete(mine);
        reject(signal?.reason);
      };
      // Nothing that it says after that could be told from an answer to something else.
      const onLate = () => session.close(`${question.op}: ${(late.reason as Error).message}`);
      const settle = () => {
        signal?.removeEventListener("abort", onAbort);
        late.removeEventListener("abort", onLate);
      };
      waiting.set(mine, {
        resolve: (value) => {
          settle();
          resolve(value);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      signal?.addEventListener("abort", onAbort, { once: true });
      late.addEventListener("abort", onLate, { once: true });
      if (late.aborted) return onLate();
      if (asked.push(`${JSON.stringify({ seq: mine, ...question })}\n`) === 1) queueMicrotask(flush);
    });
  }

  /** @throws InfrastructureError("agent-lost") for a result of another shape */
  async function read<T>(what: string, result: Promise<unknown>, unpack: (result: unknown) => T): Promise<T> {
    const answer = await result;
    try {
      return unpack(answer);
    } catch (cause) {
      throw new InfrastructureError(
        "agent-lost",
        `the agent of ${where} answered ${what} with something else: ${(cause as Error).message}`,
        "Something else than the sample application answers in that pod: check app-image.",
        { cause },
      );
    }
  }

  return {
    probe: (batch, signal) =>
      read("probe", ask({ op: "probe", batch }, signal), (result) =>
        unpackObservations(batch.id, result as PackedObservations),
      ),
    arrivals: (prefix) =>
      read("arrivals", ask({ op: "arrivals", prefix }), (result) => unpackArrivals(prefix, result as PackedArrivals)),
    health: () => read("health", ask({ op: "health" }), healthIn),
    resolve: (host) => read("resolve", ask({ op: "resolve", host }), addressesIn),
    async close() {
      session.close("closed by the suite");
    },
  };
}
