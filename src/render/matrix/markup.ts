/** One line of text that is inert in HTML and in XML, as content and within quotes. */
import { escaped } from "../html/text.ts";
import { oneLine } from "../text/plain.ts";

/** At most `max` characters, before they are escaped. */
export function markup(value: string, max?: number): string {
  return escaped(oneLine(value, max));
}
