/** Numbers as people read them. */

/** `4 ms`, `0.12 s`, `41.2 s`, `3 min 2 s`, `1 h 5 min`. */
export function duration(ms: number): string {
  if (ms > 0 && ms < 10) return `${Math.max(1, Math.round(ms))} ms`;
  const hundredths = Math.round(ms / 10);
  if (hundredths < 100) return `${hundredths / 100} s`;
  const tenths = Math.round(ms / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min${seconds % 60 === 0 ? "" : ` ${seconds % 60} s`}`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? "" : ` ${minutes % 60} min`}`;
}

export function percent(value: number | null): string {
  return value === null ? "–" : `${value} %`;
}

/** Chances worth a percentage as one, the others as a power of ten: `7.7 %`, `2.1e-7`. */
export function probability(p: number): string {
  if (p === 0) return "0";
  return p >= 0.01 ? `${Number((100 * p).toPrecision(2))} %` : p.toExponential(1);
}

/** `1 assertion`, `3 assertions`; `2 mismatches`, where the plural is given. */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}

/** Lists are as long as a policy or a baseline is; the JSON report has all of them. */
const SHOWN = 20;

/** The first items, and how many are left. */
export function capped<T>(
  items: readonly T[],
  show: (item: T) => string,
  more: (rest: number) => string,
): readonly string[] {
  const shown = items.slice(0, SHOWN).map(show);
  return items.length > SHOWN ? [...shown, more(items.length - SHOWN)] : shown;
}
