/** What became of the fields of an object that was sent. */
/** Fields sent that were not stored as sent: `spec.matches[0].headers`. What the server added is no difference. */
export function differences(sent: unknown, stored: unknown, path = ""): readonly string[] {
  if (Array.isArray(sent)) {
    if (!Array.isArray(stored) || stored.length !== sent.length) return [path];
    return sent.flatMap((item, index) => differences(item, stored[index], `${path}[${index}]`));
  }
  if (typeof sent === "object" && sent !== null) {
    if (typeof stored !== "object" || stored === null) return [path];
    return Object.entries(sent).flatMap(([key, value]) =>
      differences(value, (stored as Record<string, unknown>)[key], path === "" ? key : `${path}.${key}`),
    );
  }
  return Object.is(sent, stored) ? [] : [path];
}
