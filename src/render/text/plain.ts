/** Text that came from outside, made safe to show: no control, direction or broken characters, of bounded length. */

const REPLACEMENT = "\uFFFD";

/** A terminal obeys control characters, and direction marks make text read other than it is. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}]/gu;

/** At most `max` characters, the last of them an ellipsis where something was cut. */
export function clip(value: string, max: number): string {
  if (value.length <= max) return value;
  const cut = value.slice(0, Math.max(0, max - 1));
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}

/** One line: runs of white space become one space. */
export function oneLine(value: string, max = 500): string {
  // Cut before the work as well: a log of megabytes may have been pasted into a message.
  const short = value.length > 4 * max ? value.slice(0, 4 * max) : value;
  return clip(short.toWellFormed().replace(/\s+/g, " ").trim().replace(unsafe, REPLACEMENT), max);
}

/** Several lines, kept as they are. */
export function lines(value: string, max = 4000): readonly string[] {
  const short = value.length > 4 * max ? value.slice(0, 4 * max) : value;
  const clean = short
    .toWellFormed()
    .split(/\r\n|\r|\n/)
    .map((line) => line.replaceAll("\t", "  ").replace(unsafe, REPLACEMENT).trimEnd())
    .join("\n");
  return clip(clean.replace(/^\n+|\n+$/g, ""), max).split("\n");
}
