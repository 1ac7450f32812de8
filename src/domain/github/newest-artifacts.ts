/** Which of several artifacts of a workflow run counts: jobs that were run again leave one of each attempt. */
import type { StoredArtifact } from "./artifact.ts";

const ATTEMPT = /-attempt-(\d+)$/;

/** The name that all attempts of a job share. */
export const withoutAttempt = (name: string): string => name.replace(ATTEMPT, "");

const attemptOf = (name: string) => Number(ATTEMPT.exec(name)?.[1] ?? 0);

const compare = (one: StoredArtifact, other: StoredArtifact) =>
  attemptOf(one.name) - attemptOf(other.name) || one.id - other.id;

/**
 * Of the artifacts whose name is wanted, those that differ in `-attempt-N` alone are one, and the newest attempt counts; of
 * one name (a repeated Finalize has made two) the highest id. A job that was not run again has its artifact from an earlier
 * attempt. Sorted by name.
 */
export function newestArtifacts<T extends StoredArtifact>(
  artifacts: readonly T[],
  wanted: (name: string) => boolean,
): readonly T[] {
  const newest = new Map<string, T>();
  for (const artifact of artifacts) {
    if (!wanted(artifact.name)) continue;
    const name = withoutAttempt(artifact.name);
    const held = newest.get(name);
    if (held === undefined || compare(artifact, held) > 0) newest.set(name, artifact);
  }
  return [...newest.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}
