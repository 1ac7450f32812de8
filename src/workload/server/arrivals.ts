/** What reached the application, by request id: evidence that is independent of the client. */
import type { Arrival } from "../../domain/measurement/probe.ts";

/** Most arrivals with an id that are kept; beyond it whole batches are dropped, the oldest first. */
export const MAX_ARRIVALS = 50_000;
/** Most arrivals without an id (kubelet checks, scanners) that are kept; beyond it the oldest are dropped. */
export const MAX_ANONYMOUS = 1_000;
/** Characters of an id and of a path that are kept. */
const MAX_ID = 256;
const MAX_PATH = 2_048;

/** Request ids are `${batch}-${n}`; an id of another form is a batch of its own. */
function batchOf(id: string): string {
  return id.replace(/-\d+$/, "");
}

export class ArrivalLog {
  readonly #limit: number;
  readonly #batches = new Map<string, Arrival[]>();
  readonly #ignoredBatches = new Set<string>();
  #anonymous: Arrival[] = [];
  #count = 0;
  #lastHeaders: readonly string[] = [];

  constructor(limit = MAX_ARRIVALS) {
    this.#limit = limit;
  }

  /** Requests of this batch are the server's checks of itself and are not noted until `stopIgnoring`. */
  ignore(batch: string): void {
    this.#ignoredBatches.add(batch);
  }

  stopIgnoring(batch: string): void {
    this.#ignoredBatches.delete(batch);
  }

  /** Notes one request. Ids are cut at 256 characters, paths at 2048. */
  note(arrival: Arrival): void {
    const id = arrival.id.slice(0, MAX_ID);
    const batch = batchOf(id);
    if (this.#ignoredBatches.has(batch)) return;
    const kept: Arrival = {
      ...arrival,
      id,
      ...(arrival.path === undefined ? {} : { path: arrival.path.slice(0, MAX_PATH) }),
      ...(arrival.headers === undefined ? {} : { headers: this.#shared(arrival.headers) }),
    };
    if (id === "") {
      this.#anonymous.push(kept);
      // Trimmed in batches, so that a flood does not move the whole array for each request.
      if (this.#anonymous.length >= 2 * MAX_ANONYMOUS) this.#anonymous = this.#anonymous.slice(-MAX_ANONYMOUS);
      return;
    }
    const list = this.#batches.get(batch);
    if (list === undefined) this.#batches.set(batch, [kept]);
    else list.push(kept);
    this.#count += 1;
    if (this.#count > this.#limit) this.#dropOldest();
  }

  /**
   * Arrivals whose id starts with `prefix`, oldest first within a batch; `""` gives all, those without id included.
   * A batch is asked for as `${batch}-`, since `b-1` is a prefix of `b-10` too.
   */
  withPrefix(prefix: string): readonly Arrival[] {
    const found: Arrival[] = prefix === "" ? this.#anonymous.slice(-MAX_ANONYMOUS) : [];
    for (const [batch, list] of this.#batches) {
      if (batch.startsWith(prefix)) found.push(...list);
      else if (prefix.startsWith(batch)) found.push(...list.filter((arrival) => arrival.id.startsWith(prefix)));
    }
    return found;
  }

  /** A path through a mesh adds the same headers every time: sharing one array saves most of the log's memory. */
  #shared(headers: readonly string[]): readonly string[] {
    const last = this.#lastHeaders;
    if (headers.length === last.length && headers.every((name, index) => name === last[index])) return last;
    this.#lastHeaders = headers;
    return headers;
  }

  #dropOldest(): void {
    const oldest = this.#batches.keys().next().value;
    if (oldest === undefined) return;
    this.#count -= this.#batches.get(oldest)?.length ?? 0;
    this.#batches.delete(oldest);
  }
}
