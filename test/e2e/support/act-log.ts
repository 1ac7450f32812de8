/** What act writes with --json: one object a line, of a job, a step, or of act itself. */

export type Conclusion = "success" | "failure" | "skipped";

export interface StepLine {
  /** Name of the job as act shows it: its name, with a number for each job of a matrix. */
  readonly job: string;
  readonly jobId: string;
  readonly matrix: Readonly<Record<string, unknown>>;
  readonly step: string;
  readonly text: string;
}

export interface ActLog {
  readonly lines: readonly string[];
  /** What the steps themselves put out. */
  readonly output: readonly StepLine[];
  /** How each job ended, by its name; a job that was skipped is not in it. */
  readonly jobs: ReadonlyMap<string, Conclusion>;
  /** What a step wrote to its summary, by the order of writing. */
  readonly summaries: readonly StepLine[];
  /** Annotations: `error`, `warning`, `notice`. */
  readonly annotations: readonly (StepLine & { readonly level: string })[];
}

interface Entry {
  readonly msg?: string;
  readonly job?: string;
  readonly jobID?: string;
  readonly matrix?: Readonly<Record<string, unknown>>;
  readonly step?: string;
  readonly raw_output?: boolean;
  readonly command?: string;
  readonly arg?: string;
  /** Of a summary. */
  readonly content?: string;
  readonly jobResult?: Conclusion;
}

export function readActLog(text: string): ActLog {
  const lines: string[] = [];
  const output: StepLine[] = [];
  const summaries: StepLine[] = [];
  const annotations: (StepLine & { level: string })[] = [];
  const jobs = new Map<string, Conclusion>();
  for (const raw of text.split(/\r?\n/)) {
    if (raw === "") continue;
    const entry = parseEntry(raw);
    const message = (entry.msg ?? "").replace(/\r?\n$/, "");
    lines.push(`[${entry.job?.trim() ?? "act"}${entry.step === undefined ? "" : ` / ${entry.step}`}] ${message}`);
    const { jobID = "", matrix = {}, step = "" } = entry;
    // Padded, so that the names stand below each other.
    const job = (entry.job ?? "").trim();
    const at = { job, jobId: jobID, matrix, step };
    if (entry.raw_output === true) output.push({ ...at, text: message });
    if (entry.command === "summary") summaries.push({ ...at, text: entry.content ?? "" });
    if (entry.command === "error" || entry.command === "warning" || entry.command === "notice")
      annotations.push({ ...at, level: entry.command, text: entry.arg ?? message });
    if (entry.jobResult !== undefined) jobs.set(job, entry.jobResult);
  }
  return { lines, output, jobs, summaries, annotations };
}

/** Act's own complaints are no JSON. */
function parseEntry(raw: string): Entry {
  if (!raw.startsWith("{")) return { msg: raw };
  try {
    return JSON.parse(raw) as Entry;
  } catch {
    return { msg: raw };
  }
}

/** What a step put out after this prefix. @throws Error with the whole log where none did. */
export function printed(log: Pick<ActLog, "lines" | "output">, prefix: string): string {
  const line = log.output.find(({ text }) => text.startsWith(prefix));
  if (line === undefined) throw new Error(`no step put out "${prefix}"\n${log.lines.join("\n")}`);
  return line.text.slice(prefix.length).trim();
}

/** Name of the kind cluster that a run made or was making. @throws Error with the whole log where it made none. */
export function clusterOf({ lines }: Pick<ActLog, "lines">): string {
  const log = lines.join("\n");
  const [, name] = /Creating kind cluster (smi-conformance-\S+)/.exec(log) ?? [];
  if (name === undefined) throw new Error(`no cluster was made\n${log}`);
  return name;
}
