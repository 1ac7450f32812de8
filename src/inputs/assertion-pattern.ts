/** What an entry of `only` and `skip` stands for: an id, the name of a spec, or a pattern of ids. */
import type { Assertion } from "../domain/assertion/assertion.ts";

const isPattern = (entry: string) => /[*?]/.test(entry);

/** `*` and `?` stay within a part of an id, `**` goes over all of it. */
function patternOf(entry: string): RegExp {
  const parts = entry.split(/(\*\*|\*|\?)/).map((part) => {
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    return part === "?" ? "[^/]" : part.replace(/[\\^$.|+()[\]{}]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`);
}

/** Whether the entry names this assertion. */
export function matchesEntry({ id, spec }: Pick<Assertion, "id" | "spec">, entry: string): boolean {
  return isPattern(entry) ? patternOf(entry).test(id) : id === entry || spec === entry;
}
