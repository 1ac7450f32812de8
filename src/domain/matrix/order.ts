/** One order of names and versions for all machines: no locale has a say. */

export function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Digits by their number, which may be beyond what a double holds, and all else by its characters. */
function byPart(one: string, other: string): number {
  if (!/^\d+$/.test(one) || !/^\d+$/.test(other)) return byText(one, other);
  const [x, y] = [BigInt(one), BigInt(other)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function byParts(one: string, other: string): number {
  const parts = (text: string): readonly string[] => text.match(/\d+|[^\d.]+/g) ?? [];
  const [xs, ys] = [parts(one), parts(other)] as const;
  for (let n = 0; n < Math.min(xs.length, ys.length); n += 1) {
    const order = byPart(xs[n] ?? "", ys[n] ?? "");
    if (order !== 0) return order;
  }
  return xs.length - ys.length;
}

/** `1.4.8-rc.1` -> `1.4.8`, `rc.1`; what follows a plus is no part of the order. */
function halves(version: string): readonly [string, string] {
  const [, core = "", rest = ""] = /^v?([^-+]*)(?:-([^+]*))?/.exec(version) ?? [];
  return [core, rest];
}

/** Older first, as semantic versioning has it: `1.9.0`, `1.10.0-rc.1`, `1.10.0`. Total: different texts never are equal. */
export function byVersion(one: string, other: string): number {
  const [[core, rest], [otherCore, otherRest]] = [halves(one), halves(other)];
  const order = byParts(core, otherCore);
  if (order !== 0) return order;
  // A release comes after its candidates.
  if ((rest === "") !== (otherRest === "")) return rest === "" ? 1 : -1;
  return byParts(rest, otherRest) || byText(one, other);
}
