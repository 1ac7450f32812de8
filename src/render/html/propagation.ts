/** How long changes took to come into force: figures, a picture of all, and the slowest. */
import type { AssertionResult, ConformanceReport, Propagation } from "../../domain/report/report.ts";
import { count, duration } from "../text/quantities.ts";
import { anchorOf } from "./assertions.ts";
import { inForceText } from "./findings.ts";
import { code, type Html, html, table } from "./text.ts";

interface Change extends Propagation {
  readonly result: AssertionResult;
  readonly anchor: string;
}

const WIDTH = 720;
const HEIGHT = 92;
const MARGIN = 14;
const AXIS = HEIGHT - 22;
const SHOWN = 10;

const slowestFirst = (x: Propagation, y: Propagation) => Number(x.inForce) - Number(y.inForce) || y.ms - x.ms;

/** Milliseconds that get a line: powers of ten that hold all of them. */
function ticksFor(values: readonly number[]): readonly number[] {
  const low = Math.floor(Math.log10(Math.max(1, Math.min(...values))));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(1, ...values))));
  return Array.from({ length: high - low + 1 }, (_, at) => 10 ** (low + at));
}

/** One dot for each change on a logarithmic scale; one that did not come into force is at its deadline. */
function plot(changes: readonly Change[], seen: ConformanceReport["propagation"]): Html {
  const at = ({ inForce, ms, deadlineMs }: Propagation) => Math.max(1, inForce ? ms : deadlineMs);
  const ticks = ticksFor(changes.map(at));
  const [first = 1, last = 10] = [ticks[0], ticks.at(-1)];
  const x = (ms: number) =>
    (MARGIN + ((WIDTH - 2 * MARGIN) * Math.log10(Math.max(1, ms) / first)) / Math.log10(last / first)).toFixed(1);
  const dots = changes.map(
    (change, index) =>
      html`<circle cx="${x(at(change))}" cy="${24 + ((index * 7) % 5) * 9}" r="4"${change.inForce ? undefined : html` class="late"`}/>`,
  );
  const anchor = (index: number) => (index === 0 ? "start" : index === ticks.length - 1 ? "end" : "middle");
  const marks = seen === null ? [] : [["p50", seen.p50Ms] as const, ["p95", seen.p95Ms] as const];
  return html`<figure><svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Each change by the time until it was in force, on a logarithmic scale">
${ticks.map((ms, index) => html`<line x1="${x(ms)}" x2="${x(ms)}" y1="16" y2="${AXIS}"/><text x="${x(ms)}" y="${HEIGHT - 6}" text-anchor="${anchor(index)}">${ms < 1000 ? `${ms} ms` : duration(ms)}</text>`)}
${marks.map(([name, ms]) => html`<line class="mark" x1="${x(ms)}" x2="${x(ms)}" y1="13" y2="${AXIS}"/><text x="${x(ms)}" y="10" text-anchor="${name === "p50" ? "end" : "start"}">${name}</text>`)}
${dots}</svg></figure>`;
}

export function propagationSection(report: ConformanceReport): Html | undefined {
  const changes = report.assertions.flatMap((result, at) =>
    result.propagation.map((change): Change => ({ ...change, result, anchor: anchorOf(result, at) })),
  );
  if (changes.length === 0) return undefined;
  const late = changes.filter(({ inForce }) => !inForce).length;
  const seen = report.propagation;
  const figure = (name: string, value: string) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  const slow = changes.toSorted(slowestFirst).slice(0, SHOWN);
  return html`<section aria-labelledby="propagation"><h2 id="propagation">Propagation</h2><div class="card">
<dl class="figures">${
    seen === null
      ? undefined
      : [
          figure("Half in force within (p50)", duration(seen.p50Ms)),
          figure("95 % within (p95)", duration(seen.p95Ms)),
          figure("Changes in force", `${seen.changes}`),
        ]
  }${late === 0 ? undefined : figure("Not in force by the deadline", `${late}`)}</dl>
${plot(changes, seen)}
<details class="more"><summary>${slow.length < changes.length ? `The ${SHOWN} slowest of ${count(changes.length, "change")}` : count(slow.length, "change")}</summary>${table(
    "The slowest changes",
    [{ title: "In force after" }, { title: "Assertion" }, { title: "Phase" }, { title: "What was awaited" }],
    slow.map((change) => [
      inForceText(change),
      html`<a href="#${change.anchor}">${code(change.result.id, 160)}</a>`,
      change.phase,
      change.what,
    ]),
  )}</details></div></section>`;
}
