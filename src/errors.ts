/** Whose fault a failure is decides the exit code; a mesh that does not conform is a verdict and never one of these. */

/** The user's input: exit code 2. Names the input, the value and the remedy. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly input: string;
  readonly remedy: string;
  constructor(input: string, problem: string, remedy: string, options?: ErrorOptions) {
    super(`${input}: ${problem}`, options);
    this.input = input;
    this.remedy = remedy;
  }
}

/** A mistake at its place in a file of the user's. */
export class FileMistake extends ConfigurationError {
  /** As messages show it. */
  readonly file: string;
  /** From 1, as the column. */
  readonly line: number;
  readonly column: number;
  /** What is wrong, without the place. */
  readonly problem: string;
  constructor(
    input: string,
    { file, line, column }: { readonly file: string; readonly line: number; readonly column: number },
    problem: string,
    remedy: string,
  ) {
    super(input, `${file}:${line}:${column}: ${problem}`, remedy);
    this.file = file;
    this.line = line;
    this.column = column;
    this.problem = problem;
  }
}

/** All of the user's mistakes at once: each is an error of its own. */
export class InputErrors extends AggregateError {
  override readonly name = "InputErrors";
  override readonly errors: ConfigurationError[];
  constructor(errors: readonly ConfigurationError[]) {
    super(errors, errors.map((e) => e.message).join("; "));
    this.errors = [...errors];
  }
}

export type InfrastructureCode =
  | "launcher-missing"
  | "docker-unavailable"
  | "kind-create"
  | "node-not-ready"
  | "image-build"
  | "image-load"
  | "download"
  | "digest-mismatch"
  | "cluster-unreachable"
  | "mesh-install"
  | "mesh-not-ready"
  | "cell-not-ready"
  | "agent-lost"
  | "address-in-use"
  | "report-write"
  | "interrupted";

/** Anything between us and the mesh's behaviour: exit code 3. Carries what to do next. */
export class InfrastructureError extends Error {
  override readonly name = "InfrastructureError";
  readonly code: InfrastructureCode;
  readonly advice: string;
  constructor(code: InfrastructureCode, problem: string, advice: string, options?: ErrorOptions) {
    super(problem, options);
    this.code = code;
    this.advice = advice;
  }
}

/** A program that we started ended badly. `argv` is shown with secrets masked. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly argv: readonly string[];
  /** Exit code, or null when it could not be started or a signal ended it. */
  readonly exitCode: number | null;
  /** Last non-empty line of its standard error. */
  readonly lastLine: string;
  /** The last lines of its standard error, for the evidence. */
  readonly stderr: string;
  constructor(argv: readonly string[], exitCode: number | null, stderr: string, options?: ErrorOptions) {
    const lastLine = stderr.trimEnd().split("\n").at(-1)?.trim() ?? "";
    super(`"${argv.join(" ")}" failed (exit ${exitCode ?? "none"}): ${lastLine || "it printed no error"}`, options);
    this.argv = argv;
    this.exitCode = exitCode;
    this.lastLine = lastLine;
    this.stderr = stderr;
  }
}

/** What failed, one by one, and the exit code for all of it: 2 where every error is the user's input, 3 otherwise. */
export function failureOf(thrown: unknown): { readonly errors: readonly unknown[]; readonly exitCode: 2 | 3 } {
  const errors: readonly unknown[] = thrown instanceof InputErrors ? thrown.errors : [thrown];
  return { errors, exitCode: errors.every((one) => one instanceof ConfigurationError) ? 2 : 3 };
}

/** One line that a person can act on, for any thrown thing. */
export function describeError(error: unknown): { readonly message: string; readonly next?: string } {
  if (error instanceof ConfigurationError) return { message: error.message, next: error.remedy };
  if (error instanceof InfrastructureError) return { message: error.message, next: error.advice };
  return { message: error instanceof Error ? error.message : String(error) };
}
