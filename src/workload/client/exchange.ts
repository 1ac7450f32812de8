/** One probe in progress: what has been seen of its reply so far. The first event that ends it counts. */
import type { Observation } from "../../domain/measurement/probe.ts";
import { type Failure, failureOf } from "./failure.ts";

type Seen = Partial<Pick<Observation, "status" | "server" | "echoedId">>;

/** Bytes of an unexpected reply that are kept for the report. */
const MAX_EXCERPT = 200;

/** The first bytes of a reply that did not come from the application, quoted, on one line. */
export function excerpt(bytes: Buffer): string {
  return JSON.stringify(bytes.toString("utf8", 0, MAX_EXCERPT));
}

export class Exchange {
  readonly id: string;
  /** Resolves once it has ended; never rejects. */
  readonly ended: Promise<Observation>;
  readonly #started = performance.now();
  readonly #end: (observation: Observation) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #remarks: string[] = [];
  #seen: Seen = {};
  #hasBytes = () => false;
  #isOver = false;

  /** Starts the time limit, in milliseconds. */
  constructor(id: string, timeoutMs: number) {
    this.id = id;
    const { promise, resolve } = Promise.withResolvers<Observation>();
    this.ended = promise;
    this.#end = resolve;
    this.#timer = setTimeout(() => {
      this.fail({ failure: "timeout", detail: `no whole reply in ${timeoutMs} ms` });
    }, timeoutMs);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Tells, when it ends, whether any byte of the reply came. */
  watchBytes(hasBytes: () => boolean): void {
    this.#hasBytes = hasBytes;
  }

  see(seen: Seen): void {
    this.#seen = { ...this.#seen, ...seen };
  }

  /** A remark that is placed before the description of a failure. */
  remark(text: string): void {
    this.#remarks.push(text);
  }

  /** The whole reply has come. */
  succeed(): void {
    this.#finish();
  }

  fail(failure: Failure): void {
    if (this.#isOver) return;
    if (failure.foreign) this.#hasBytes = () => false;
    this.remark(failure.detail);
    this.#finish(failure.failure);
  }

  failWith(error: unknown): void {
    this.fail(failureOf(error));
  }

  #finish(failure?: Failure["failure"]): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    const ms = Math.round((performance.now() - this.#started) * 1000) / 1000;
    this.#end({
      id: this.id,
      ms,
      ...this.#seen,
      ...(failure === undefined ? {} : { failure, partial: this.#hasBytes() }),
      ...(this.#remarks.length === 0 ? {} : { detail: this.#remarks.join("; ") }),
    });
  }
}
