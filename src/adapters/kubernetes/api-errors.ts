/** What the client library throws, as what it means: an absent object, a refused write, or a cluster out of reach. */
import { ApiException } from "@kubernetes/client-node";
import { InfrastructureError } from "../../errors.ts";
import type { Admission } from "../../ports.ts";
import { NoAnswer } from "./bounds.ts";

/** Statuses by which an API server or a webhook refuses an object, as opposed to being out of order itself. */
const REFUSALS = new Set([400, 403, 404, 405, 409, 415, 422]);

/** The library's words, in a plain Error, for a kind that discovery does not list. */
const UNKNOWN_KIND = /Unrecognized API version and kind/;

/** Its words where discovery itself failed, which is an unknown kind only if the API server said that it has no such group. */
const FAILED_DISCOVERY = /Failed to fetch resource metadata/;

const isNotFound = (error: unknown): boolean => error instanceof ApiException && error.code === 404;

const isUnknownKind = (error: unknown): boolean =>
  error instanceof Error &&
  (UNKNOWN_KIND.test(error.message) || (FAILED_DISCOVERY.test(error.message) && isNotFound(error)));

/** There is no such object, or no such kind. */
export const isAbsent = (error: unknown): boolean => isNotFound(error) || isUnknownKind(error);

/** There are no objects of a kind, since the API server does not serve it. */
export const isUnserved = isNotFound;

type Refusal = Extract<Admission, { readonly accepted: false }>;

/**
 * The refusal of a write; undefined where the error is none.
 * @param doing what was asked, for a kind that is not served.
 */
export function refusalOf(error: unknown, doing: string): Refusal | undefined {
  if (error instanceof ApiException && REFUSALS.has(error.code)) {
    const { reason = "", message = "" } = statusOf(error);
    return { accepted: false, status: error.code, reason, message };
  }
  if (!isUnknownKind(error)) return undefined;
  return {
    accepted: false,
    status: 404,
    reason: "NotFound",
    message: `the server does not serve this kind (${doing})`,
  };
}

/** @param server address of the API server, for the message. */
export function unreachable(doing: string, server: string, error: unknown): InfrastructureError {
  const answer =
    error instanceof NoAnswer
      ? `gave ${error.why}`
      : `answered: ${error instanceof ApiException ? `HTTP ${error.code} ` : ""}${describeFailure(error) ?? ""}`;
  return new InfrastructureError(
    "cluster-unreachable",
    `${doing}: ${server} ${answer}`,
    "Check that the cluster runs and that the kubeconfig's user may do this (kubectl auth can-i).",
    { cause: error },
  );
}

/** In the API server's own words where it answered. */
export function describeFailure(error: unknown): string | undefined {
  if (error instanceof ApiException) return statusOf(error).message;
  if (!(error instanceof Error)) return String(error);
  // fetch hides the reason of a failed connection in `cause`.
  const cause =
    error.cause instanceof Error ? ` (${(error.cause as NodeJS.ErrnoException).code ?? error.cause.message})` : "";
  return `${error.message.split("\n")[0]}${cause}`;
}

/** Characters of a refusal that are kept: one that names every field of a schema has some thousand. */
const MAX_WORDS = 16_384;

interface Status {
  readonly reason?: string;
  readonly message?: string;
}

function statusOf(error: ApiException<unknown>): Status {
  let body: unknown = error.body;
  if (typeof body !== "object" || body === null)
    try {
      body = JSON.parse(String(error.body)) as unknown;
    } catch {
      return { message: String(error.body).slice(0, 300) };
    }
  const { reason, message } = (body ?? {}) as Record<string, unknown>;
  return {
    ...(typeof reason === "string" && { reason: reason.slice(0, MAX_WORDS) }),
    ...(typeof message === "string" && { message: message.slice(0, MAX_WORDS) }),
  };
}
