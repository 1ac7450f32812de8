/** Every request to an API server ends: by its answer, by a deadline, by the run's signal, or because it answers without end. */
import type { KubeConfig, RequestContext } from "@kubernetes/client-node";
import type { Clock } from "../../ports.ts";

/** Milliseconds for one answer. The library sets no limit: an API server that hangs would hold up a stopped run for minutes. */
export const ANSWER_MS = 10_000;
/** Milliseconds for all that a stopped run still asks, together: evidence, and the removal of what it made. */
const LAST_MS = 4_500;
/** Bytes of one answer, as they come; a list of a busy cluster's pods has some MiB. */
const MAX_BYTES = 64 * 1024 * 1024;

/** The API server did not answer. Its own class of error: the library rewrites messages, which a DOMException does not allow. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  /** The message as it was before the library put its own words before it. */
  readonly why: string;
  constructor(why: string) {
    super(why);
    this.why = why;
  }
}

type Dispatcher = NonNullable<ReturnType<RequestContext["getDispatcher"]>>;

/** Aborts with NoAnswer when `end` aborts. */
function noAnswerAt(end: AbortSignal, words: string): AbortSignal {
  const controller = new AbortController();
  const late = () => controller.abort(new NoAnswer(words));
  if (end.aborted) late();
  else end.addEventListener("abort", late, { once: true });
  return controller.signal;
}

export interface Bounds {
  /** Ends a request or a question that begins now. */
  signal(ms: number): AbortSignal;
}

/** @param run the run's own signal: what is under way when it aborts is given up, and little time is left for the rest. */
export function createBounds(clock: Pick<Clock, "deadline">, run: AbortSignal | undefined): Bounds {
  let last: AbortSignal | undefined;
  return {
    signal(ms) {
      if (run?.aborted) {
        last ??= noAnswerAt(clock.deadline(LAST_MS), `no answer within ${LAST_MS / 1000} s of the run's end`);
        return last;
      }
      const late = noAnswerAt(clock.deadline(ms), `no answer within ${ms / 1000} s`);
      return run === undefined ? late : AbortSignal.any([late, noAnswerAt(run, "the run was stopped")]);
    },
  };
}

/** The same dispatcher, for answers of at most `MAX_BYTES`. */
function capped(dispatcher: Dispatcher): Dispatcher {
  return dispatcher.compose((dispatch) => (options, handler) => {
    let bytes = 0;
    const counted = new Proxy(handler, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== "function") return value;
        if (key !== "onData" && key !== "onResponseData") return value.bind(target);
        return (...passed: unknown[]) => {
          // The chunk is the only or the second parameter, by the version of the interface.
          bytes += (passed[key === "onData" ? 0 : 1] as Uint8Array).byteLength;
          if (bytes > MAX_BYTES) throw new Error(`its answer has more than ${MAX_BYTES} bytes`);
          return value.apply(target, passed);
        };
      },
    });
    return dispatch(options, counted);
  }) as Dispatcher;
}

/** Makes all requests through `config` bounded ones. */
export function boundRequests(config: KubeConfig, bounds: Bounds): void {
  // The library calls this before each request; no other place sees them all.
  const authenticate = config.applySecurityAuthentication.bind(config);
  config.applySecurityAuthentication = async (request) => {
    await authenticate(request);
    request.setSignal(bounds.signal(ANSWER_MS));
    const dispatcher = request.getDispatcher();
    if (dispatcher !== undefined) request.setDispatcher(capped(dispatcher));
  };
}
