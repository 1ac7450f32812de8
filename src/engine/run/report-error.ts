/** What ended a run before its end, as the report has it. */
import type { ReportError } from "../../domain/report/report.ts";
import { describeError, InfrastructureError, ToolError } from "../../errors.ts";

/** @param phase the one that was under way. An interruption is the cause of whatever was thrown after it. */
export function reportErrorOf(phase: string, error: unknown, signal: AbortSignal | undefined): ReportError {
  const isInterrupted = signal?.aborted === true;
  const cause = isInterrupted ? signal.reason : error;
  const { message, next } = describeError(cause);
  return {
    phase,
    code: codeOf(cause, isInterrupted),
    message,
    next: next ?? "Run again; if it happens twice, please report it with the evidence.",
  };
}

function codeOf(cause: unknown, isInterrupted: boolean): string {
  if (cause instanceof InfrastructureError) return cause.code;
  if (cause instanceof ToolError) return "tool";
  return isInterrupted ? "interrupted" : "unexpected";
}
