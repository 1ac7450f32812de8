/** What a person reads while the suite runs: one line for each event. */
import type { AssertionResult } from "../../domain/report/report.ts";
import { clip, oneLine } from "../text/plain.ts";
import { duration } from "../text/quantities.ts";
import { slowest } from "../text/wording.ts";
import { paint, paintVerdict } from "./terminal.ts";

export interface ProgressOptions {
  readonly colour?: boolean;
  /** Columns; a reason that does not fit is cut, and is whole in the report. Default: never cut. */
  readonly width?: number;
}

/** The longest verdict that is common enough to line up with. */
const VERDICT_WIDTH = 4;

function shorten(value: string, options: ProgressOptions): string {
  return options.width === undefined ? value : clip(value, options.width);
}

/** `PASS  traffic-access/deny-by-default-http  0.8 s  in access-1  (propagation 0.12 s)`, with the reason of all but a pass. */
export function progressLine(result: AssertionResult, options: ProgressOptions = {}): string {
  const change = slowest(result);
  const waited = change?.inForce === false ? `> ${duration(change.ms)}` : duration(change?.ms ?? 0);
  const rest = [
    oneLine(result.id),
    duration(result.durationMs),
    ...(result.cell === undefined ? [] : [`in ${oneLine(result.cell)}`]),
    ...(change === undefined ? [] : [`(propagation ${waited})`]),
    ...(result.verdict === "PASS" ? [] : [oneLine(result.reason)]),
  ].join("  ");
  const verdict = result.verdict.padEnd(VERDICT_WIDTH);
  const line = shorten(`${verdict}  ${rest}`, options);
  return `${paintVerdict(verdict, result.verdict, options.colour === true)}${line.slice(verdict.length)}`;
}

export interface Waiting {
  /** Assertion, or phase of the run. */
  readonly id: string;
  /** What is awaited. */
  readonly what: string;
  readonly elapsedMs: number;
  readonly deadlineMs?: number;
  /** The last observation. */
  readonly last?: string;
}

/** `....  traffic-access/deny-by-default-http  still waiting after 3.0 s of 60.0 s: a -> b GET / is ok (last seen: 4 in a row)` */
export function waitingLine(waiting: Waiting, options: ProgressOptions = {}): string {
  const of = waiting.deadlineMs === undefined ? "" : ` of ${duration(waiting.deadlineMs)}`;
  const last = waiting.last === undefined ? "" : ` (last seen: ${oneLine(waiting.last)})`;
  const said = `still waiting after ${duration(waiting.elapsedMs)}${of}: ${oneLine(waiting.what)}${last}`;
  return paint(shorten(`....  ${oneLine(waiting.id)}  ${said}`, options), "dim", options.colour === true);
}
