/** What is known of an input before it is read. */
export interface InputDefinition {
  readonly name: string;
  /** list: separated by commas or white space; lines: one a line. */
  readonly type: "text" | "list" | "lines" | "flag" | "number" | "path" | "choice";
  readonly choices?: readonly string[];
  readonly required?: true;
  /** Empty for none. */
  readonly default: string;
  /** Default in action.yml alone: an expression that a workflow's runner fills in. A shell has `default`. */
  readonly actionDefault?: string;
  readonly description: string;
}

export interface OutputDefinition {
  readonly name: string;
  readonly description: string;
}

/** Texts as they come from a runner or a command line, by the names of their inputs. */
export type RawOf<Name extends string> = Readonly<Partial<Record<Name, string>>>;
