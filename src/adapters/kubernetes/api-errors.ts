/** What the client library throws, as what it means: an absent object, a refused write, or a cluster out of reach. */
import { ApiException } from "@kubernetes/client-node";
import { InfrastructureError } from "../../errors.ts";
import type { Admission } from "../../ports.ts";

/** Statuses by which an API server or a webhook refuses an object, as opposed to being out of order itself. */
const REFUSALS = new Set([400, 403, 404, 405, 409, 415, 422]);

/** The library's words, in a plain Error, for a kind that discovery does not list. */
const UNKNOWN_KIND = /Unrecognized API version and kind|Failed to fetch resource metadata/;

const isUnknownKind = (error: unknown): boolean => error instanceof Error && UNKNOWN_KIND.test(error.message);

const isNotFound = (error: unknown): boolean => error instanceof ApiException && error.code === 404;

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
  const status = error instanceof ApiException ? `HTTP ${error.code} ` : "";
  return new InfrastructureError(
    "cluster-unreachable",
    `${doing}: ${server} answered: ${status}${describeFailure(error) ?? ""}`,
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

interface Status {
  readonly reason?: string;
  readonly message?: string;
}

function statusOf(error: ApiException<unknown>): Status {
  if (typeof error.body === "object" && error.body !== null) return error.body as Status;
  try {
    return JSON.parse(String(error.body)) as Status;
  } catch {
    return { message: String(error.body).slice(0, 300) };
  }
}
