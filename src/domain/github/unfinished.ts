/**
 * What the main step of the action has begun, and the post step ends where main could not. State passes through the runner,
 * which takes it from commands in a log too: each field is checked, and none says where a token goes or which program runs.
 */
import { z } from "zod";
import { artifactNameProblem } from "./artifact-name.ts";

/** Text for people, without what would break a line. */
const line = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^\P{Cc}*$/u);

/** The cluster that main created, or was creating. */
const clusterSchema = z.strictObject({
  name: z.string().regex(/^smi-conformance-[0-9a-f]{8}$/),
  /** The user wants it kept. */
  keep: z.boolean(),
});

/** A commit status that main set to pending. */
const statusSchema = z.strictObject({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  context: line(1000).min(1),
  targetUrl: line(2000).regex(/^https?:\/\/[^@]*$/),
  /** Of the mesh, for people. */
  title: line(200),
  version: line(200),
});

/** A report that main has not uploaded. */
const artifactSchema = z.strictObject({
  name: z.string().refine((name) => artifactNameProblem(name) === undefined),
  /** That of the report folder: only files that it wrote are uploaded. */
  run: z.uuid(),
  /** From 0; null for the repository's own setting. */
  retentionDays: z.int().min(0).max(400).nullable(),
});

export type UnfinishedCluster = Readonly<z.infer<typeof clusterSchema>>;
export type UnfinishedStatus = Readonly<z.infer<typeof statusSchema>>;
export type UnfinishedArtifact = Readonly<z.infer<typeof artifactSchema>>;

/** Each is undefined where there is nothing to do. */
export interface Unfinished {
  readonly cluster: UnfinishedCluster | undefined;
  readonly status: UnfinishedStatus | undefined;
  readonly artifact: UnfinishedArtifact | undefined;
}

export interface SavedState extends Unfinished {
  /** Names of what is not as main saves it. */
  readonly unreadable: readonly (keyof Unfinished)[];
}

function parsed(saved: string): unknown {
  try {
    return JSON.parse(saved);
  } catch {
    return undefined;
  }
}

/** @param saved JSON of each, as main saved it; empty for none */
export function readUnfinished(saved: Readonly<Record<keyof Unfinished, string>>): SavedState {
  const unreadable: (keyof Unfinished)[] = [];
  function read<T>(key: keyof Unfinished, schema: z.ZodType<T>): T | undefined {
    if (saved[key] === "") return undefined;
    const { data, success } = schema.safeParse(parsed(saved[key]));
    if (!success) unreadable.push(key);
    return data;
  }
  const cluster = read("cluster", clusterSchema);
  const status = read("status", statusSchema);
  const artifact = read("artifact", artifactSchema);
  return { cluster, status, artifact, unreadable };
}
