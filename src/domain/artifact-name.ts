/** Names of artifacts: unique in a workflow run, which keeps each name once over all jobs and attempts. */

export interface ArtifactNameParts {
  readonly mesh: string;
  readonly version: string;
  /** The job's id in its workflow file. */
  readonly job: string;
  /** From 1. */
  readonly attempt: number;
  /** On a cluster of the user's. A kind cluster goes without saying, so that its artifacts keep their names. */
  readonly existing?: boolean | undefined;
  /** Where legs of a matrix differ in them. */
  readonly kubernetes?: string | undefined;
  readonly mutant?: string | undefined;
  /** Versions that the embedded cluster serves. */
  readonly smi?: { readonly access: string; readonly specs: string; readonly split: string } | undefined;
  readonly shard?: { readonly index: number; readonly of: number } | undefined;
}

/** `%` and `#` have broken uploads (actions/upload-artifact#473), so no more than these. */
const clean = (text: string) => text.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[-.]+|[-.]+$/g, "");

const MAX_LENGTH = 200;

/** `smi-conformance-traefik-mesh-1.4.8-JOB-attempt-1`: the attempt last, so that a newer one is told from an older. */
export function defaultArtifactName(leg: ArtifactNameParts): string {
  const { mesh, version, job, attempt, existing, kubernetes, mutant, smi, shard } = leg;
  const parts = [
    "smi-conformance",
    mesh,
    version.replace(/^v(?=\d)/, ""),
    ...(mutant ? [`mutant-${mutant}`] : []),
    ...(existing ? ["cluster-existing"] : []),
    ...(smi ? [`smi-${smi.access}-${smi.specs}-${smi.split}`] : []),
    ...(kubernetes ? [`k8s-${kubernetes.replace(/^v(?=\d)/, "")}`] : []),
    ...(shard ? [`shard-${shard.index}-of-${shard.of}`] : []),
    job,
  ];
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
