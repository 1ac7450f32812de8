/** What may go wrong between the fake GitHub and who asks it. */
import { type Reply, refusal } from "./github-rules.ts";

/** What a coming request meets instead of an answer. */
export type Fault =
  | { readonly kind: "status"; readonly status: number }
  /** `retryAfter` in seconds; without it, only the words tell. Requests before its end are refused and counted. */
  | { readonly kind: "secondary-limit"; readonly status: 403 | 429; readonly retryAfter?: number }
  /** The hourly limit, gone until `resetsIn` seconds from now. */
  | { readonly kind: "primary-limit"; readonly resetsIn: number }
  /** The connection is cut; with `after`, once the status has been taken. */
  | { readonly kind: "cut"; readonly after?: true }
  /** No answer, until the client goes. */
  | { readonly kind: "hang" };

export const SECONDARY_LIMIT =
  "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";

export interface Met {
  readonly reply: Reply;
  /** Wall clock in milliseconds: until then, every request is refused. */
  readonly limitedUntil?: number;
}

/** Undefined for a fault that no answer is given to. `now`: wall clock in milliseconds. */
export function meet(fault: Fault, now: number): Met | undefined {
  switch (fault.kind) {
    case "cut":
    case "hang":
      return undefined;
    case "status":
      return { reply: { status: fault.status, body: { message: "Server Error" } } };
    case "secondary-limit": {
      const { retryAfter, status } = fault;
      const headers: Record<string, string> = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
      return { reply: refusal(status, SECONDARY_LIMIT, headers), limitedUntil: now + (retryAfter ?? 60) * 1000 };
    }
    case "primary-limit": {
      // Whole seconds, as GitHub gives them.
      const reset = Math.ceil(now / 1000) + fault.resetsIn;
      const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(reset) };
      return {
        reply: refusal(403, "API rate limit exceeded for installation ID 1.", headers),
        limitedUntil: reset * 1000,
      };
    }
  }
}
