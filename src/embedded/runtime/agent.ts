/** The agent of one pod, in process: what is exec'ed on a real cluster, and can be lost in the same ways. */
import { InfrastructureError } from "../../errors.ts";
import type { Agent } from "../../ports.ts";
import type { RunningPod } from "./pods.ts";

const ADVICE =
  "The pod or the API server went away during the run; the evidence has the pod's log and events. Run again.";

/** There can be no session. */
export function noAgent(where: string, reason: string): InfrastructureError {
  const advice = "Check that the pod runs and that the kubeconfig's user may exec into pods.";
  return new InfrastructureError("agent-lost", `the exec session to ${where} could not be opened: ${reason}`, advice);
}

/**
 * Every call, including those in progress, rejects with InfrastructureError("agent-lost") once the pod is gone or the agent
 * closed. `onBatch` is called with each batch, which may outlive its caller until its last probe has ended.
 */
export function openAgent(pod: RunningPod, onBatch: (batch: Promise<unknown>) => void): Agent {
  const where = `${pod.identity.namespace}/${pod.identity.pod}`;
  const { operations } = pod.workload;
  const closing = new Set<(error: Error) => void>();
  let ended: Error | undefined;

  function lost(reason: string): void {
    if (ended !== undefined) return;
    ended = new InfrastructureError("agent-lost", `the exec session to ${where} ended: ${reason}`, ADVICE);
    for (const end of closing) end(ended);
    closing.clear();
    pod.gone.removeEventListener("abort", onGone);
  }
  const onGone = () => lost("the pod was deleted");
  pod.gone.addEventListener("abort", onGone, { once: true });
  if (pod.gone.aborted) onGone();

  /** Ends with the work, the signal or the agent, whichever is first; `work` is told when it is no longer wanted. */
  async function ask<T>(work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (ended !== undefined) throw ended;
    signal?.throwIfAborted();
    const stopping = new AbortController();
    const { promise: broken, reject } = Promise.withResolvers<never>();
    const end = (error: Error) => {
      stopping.abort();
      reject(error);
    };
    const onAbort = () => end(signal?.reason);
    closing.add(end);
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      return await Promise.race([work(stopping.signal), broken]);
    } finally {
      closing.delete(end);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  return {
    probe: (batch, signal) =>
      ask((stopping) => {
        const observations = operations.probe(batch, stopping);
        onBatch(observations);
        return observations;
      }, signal),
    arrivals: (prefix) => ask(async () => operations.arrivals(prefix)),
    health: () => ask(() => operations.health()),
    resolve: (host) => ask(() => operations.resolve(host)),
    close: async () => lost("closed by the suite"),
  };
}
