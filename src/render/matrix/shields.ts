/** Badges by shields.io's endpoint schema: one file for each mesh, to be put where it is reached by http. */
import type { ConformanceMatrix, MatrixRow } from "../../domain/matrix/matrix.ts";
import { byText, byVersion } from "../../domain/matrix/order.ts";
import { oneLine } from "../text/plain.ts";
import { runTitles } from "../text/wording.ts";
import { meshText } from "./wording.ts";

/** Source: shields.io, endpoint badge. */
export interface ShieldsBadge {
  readonly schemaVersion: 1;
  readonly label: string;
  readonly message: string;
  readonly color: "brightgreen" | "yellow" | "red" | "lightgrey";
  /** Shows the message in the colours of an error, and stops the badge's users from overriding it. */
  readonly isError?: true;
}

function colourOf({ verdict, percentage }: MatrixRow): ShieldsBadge["color"] {
  if (verdict === "conformant") return "brightgreen";
  if (verdict !== "not-conformant") return "lightgrey";
  return (percentage ?? 0) >= 50 ? "yellow" : "red";
}

/** Of a mesh's newest version, the row that is worst: a badge claims no more than holds on each cluster. */
function worst(rows: readonly MatrixRow[]): MatrixRow | undefined {
  const newest = rows
    .map(({ version }) => version)
    .sort(byVersion)
    .at(-1);
  const order: readonly MatrixRow["verdict"][] = ["not-conformant", "error", "inconclusive", "conformant"];
  return rows
    .filter(({ version }) => version === newest)
    .toSorted(
      (one, other) =>
        order.indexOf(one.verdict) - order.indexOf(other.verdict) || (one.percentage ?? -1) - (other.percentage ?? -1),
    )[0];
}

function badgeOf(row: MatrixRow): ShieldsBadge {
  const shown = row.verdict === "conformant" || row.verdict === "not-conformant";
  const must = row.must.applicable === 0 ? runTitles[row.verdict] : `${row.must.passed}/${row.must.applicable} MUST`;
  return {
    schemaVersion: 1,
    label: oneLine(`SMI ${meshText(row)}`, 80),
    message: oneLine(`${row.version}: ${shown ? must : runTitles[row.verdict].toLowerCase()}`, 80),
    color: colourOf(row),
    ...(row.verdict === "error" && { isError: true as const }),
  };
}

/** Badges by file name (without .json), of letters, digits, dots, dashes and underscores; sorted. */
export function matrixBadges({ rows }: ConformanceMatrix): ReadonlyMap<string, ShieldsBadge> {
  const badges = new Map<string, ShieldsBadge>();
  const meshes = Map.groupBy(rows, ({ mesh, mutant }) =>
    mutant === null || mesh === mutant ? mesh : `${mesh}-${mutant}`,
  );
  for (const [mesh, own] of [...meshes].sort(([one], [other]) => byText(one, other))) {
    const row = worst(own);
    if (row === undefined) continue;
    const safe = mesh.replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[.-]+/, "") || "mesh";
    let name = safe;
    // Two names may become one when what no file may have is taken out.
    for (let n = 2; badges.has(name); n += 1) name = `${safe}-${n}`;
    badges.set(name, badgeOf(row));
  }
  return badges;
}
