/** What is known of an input before it is read. */
export interface InputDefinition {
  readonly name: string;
  readonly type: "text" | "list" | "flag" | "number" | "path" | "choice";
  readonly choices?: readonly string[];
  /** Empty for none. */
  readonly default: string;
  /** Default in action.yml alone: an expression that a workflow's runner fills in. A shell has `default`. */
  readonly actionDefault?: string;
  readonly description: string;
}
