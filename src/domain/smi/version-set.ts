/** A set of SMI versions: what one cluster serves. */

/** Served versions of each group, for example `{access: ["v1alpha3"], specs: ["v1alpha4"], split: ["v1alpha4"]}`. A group that is left out is not served. */
export interface SmiVersions {
  readonly access?: readonly string[];
  readonly specs?: readonly string[];
  readonly split?: readonly string[];
}

/** `access v1alpha3, specs v1alpha4, split v1alpha4`: one text for one set. */
export function versionsText(versions: SmiVersions): string {
  const groups = (["access", "specs", "split"] as const).flatMap((group) => {
    const served = versions[group] ?? [];
    return served.length === 0 ? [] : [`${group} ${[...served].sort().join(" and ")}`];
  });
  return groups.join(", ") || "no SMI kind";
}
