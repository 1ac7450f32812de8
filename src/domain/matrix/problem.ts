/** What the rows of the matrix can't show: a problem, and whether the matrix is incomplete because of it. */
import { type MatrixProblem, problemKinds } from "./matrix.ts";
import { byText } from "./order.ts";

/** @param options `ids`: assertions that it is about. It blocks unless said otherwise. */
export const problem = (
  kind: MatrixProblem["kind"],
  text: string,
  paths: readonly string[],
  { blocks = true, ids = [] }: { readonly blocks?: boolean; readonly ids?: readonly string[] } = {},
): MatrixProblem => ({ kind, text, blocks, paths: [...paths], ids: [...ids] });

export const byProblem = (one: MatrixProblem, other: MatrixProblem): number =>
  problemKinds.indexOf(one.kind) - problemKinds.indexOf(other.kind) ||
  byText(one.paths.join("\n"), other.paths.join("\n")) ||
  byText(one.text, other.text);
