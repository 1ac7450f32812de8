/** What changed in a cell of the matrix since the baseline: of the whole row, or of one spec. */
import type { MatrixRow } from "../../domain/matrix/matrix.ts";
import { few } from "../../domain/report/name-list.ts";
import { changesText, type MatrixSpec, verdictIn } from "./wording.ts";

export interface Changes {
  /** Passed in the baseline and not now. */
  readonly worse: readonly string[];
  readonly newlyPassing: readonly string[];
  /** How many of each, and the first of them by name. */
  readonly summary: string;
}

/**
 * @param spec the row as a whole when left out.
 * @returns undefined where there is no baseline. What is not run any more is counted in the spec that its id begins with,
 * if it does: the row does not say of which it was.
 */
export function changesIn(
  { baseline, results }: Pick<MatrixRow, "baseline" | "results">,
  spec?: MatrixSpec["spec"],
): Changes | undefined {
  if (baseline === undefined) return undefined;
  const specs: ReadonlyMap<string, string> = new Map(results.map((one) => [one.id, one.spec]));
  const own = (ids: readonly string[]) =>
    ids.filter((id) => spec === undefined || (specs.get(id) ?? id.split("/", 1)[0]) === spec);
  const [worse, newlyPassing] = [own(baseline.ids), own(baseline.newlyPassing)];
  const named = [
    ...worse.map((id) => `${id} ${verdictIn({ results }, id)}`),
    ...newlyPassing.map((id) => `${id} PASS`),
  ];
  const counts = changesText({ baseline: { ...baseline, ids: worse, newlyPassing }, results });
  return { worse, newlyPassing, summary: named.length === 0 ? counts : `${counts}: ${few(named)}` };
}
