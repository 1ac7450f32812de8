/** Which artifacts of a workflow run are the reports of its legs, where a part of the legs was run again. */

const ATTEMPT = /^(.*)-attempt-(\d+)$/;

/**
 * The artifacts whose names begin with the prefix; of those that differ in `-attempt-N` alone, the newest attempt's. Who runs
 * failed legs again has the others' reports from the attempt before. Sorted by name.
 */
export function newestAttempts<T extends { readonly name: string }>(
  artifacts: readonly T[],
  prefix: string,
): readonly T[] {
  const newest = new Map<string, { readonly artifact: T; readonly attempt: number }>();
  for (const artifact of artifacts) {
    if (!artifact.name.startsWith(prefix)) continue;
    const [, leg = artifact.name, number = "0"] = ATTEMPT.exec(artifact.name) ?? [];
    const attempt = Number(number);
    if (attempt >= (newest.get(leg)?.attempt ?? -1)) newest.set(leg, { artifact, attempt });
  }
  return [...newest.values()].map(({ artifact }) => artifact).sort((one, other) => (one.name < other.name ? -1 : 1));
}
