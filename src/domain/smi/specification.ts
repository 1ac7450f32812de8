/** The text of the SMI specification, as assertions cite it. */

/** Commit of github.com/servicemeshinterface/smi-spec whose lines are meant. */
export const SPEC_COMMIT = "cc4babd";

/** A line of a document: `traffic-access/v1alpha3` is apis/traffic-access/v1alpha3/traffic-access.md. */
export interface Clause {
  readonly doc: string;
  readonly line?: number | undefined;
}

/** Its page, in the plain view, since GitHub's rendered one has no lines; undefined for what is not a document's name. */
export function clauseUrl({ doc, line }: Clause): string | undefined {
  const [, name] = /^([a-z][a-z-]{0,40})\/v[a-z0-9]{1,20}$/.exec(doc) ?? [];
  if (name === undefined) return undefined;
  const anchor = line === undefined ? "" : `?plain=1#L${line}`;
  return `https://github.com/servicemeshinterface/smi-spec/blob/${SPEC_COMMIT}/apis/${doc}/${name}.md${anchor}`;
}

/** `traffic-access/v1alpha3 line 15`. */
export function clauseName({ doc, line }: Clause): string {
  return line === undefined ? doc : `${doc} line ${line}`;
}
