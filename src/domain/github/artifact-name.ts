/** Names of artifacts: unique in a workflow run, which keeps each name once over all jobs and attempts. */

import { identityParts, type RunIdentity } from "../matrix/run-identity.ts";

export interface ArtifactNameParts extends RunIdentity {
  /** The job's id in its workflow file. */
  readonly job: string;
  /** From 1. */
  readonly attempt: number;
}

/** `%` and `#` have broken uploads (actions/upload-artifact#473), so no more than these. */
const clean = (text: string) => text.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[-.]+|[-.]+$/g, "");

const MAX_LENGTH = 200;

/** `smi-conformance-traefik-mesh-1.4.8-JOB-attempt-1`: the attempt last, so that a newer one can be told from an older one. */
export function defaultArtifactName({ job, attempt, ...run }: ArtifactNameParts): string {
  const parts = ["smi-conformance", ...identityParts(run), job];
  const end = `-attempt-${attempt}`;
  return `${parts
    .map(clean)
    .filter(Boolean)
    .join("-")
    .slice(0, MAX_LENGTH - end.length)}${end}`;
}

/** What is wrong with a name that the user gave, by the platform's rules; undefined when nothing is. */
export function artifactNameProblem(name: string): string | undefined {
  if (name.trim() === "") return "is blank";
  const [bad] = /["<>:|*?\r\n\\/]/.exec(name) ?? [];
  if (bad !== undefined)
    return `"${name.replace(/[\r\n]/g, " ")}" holds ${JSON.stringify(bad)}, which no artifact's name may`;
  return name.length > MAX_LENGTH ? `has ${name.length} characters; at most ${MAX_LENGTH} are taken` : undefined;
}
