/** The version of a mesh as reports, badges and statuses name it. */
import type { ConformanceReport } from "./report.ts";

/** A version without the v of its tag: `1.4.8`. */
export const withoutV = (version: string): string => version.replace(/^v(?=\d)/i, "");

/** The version that was read back from what ran, or else the one that was asked for, as it was written there. */
export const meshVersion = ({
  mesh,
}: {
  readonly mesh: Pick<ConformanceReport["mesh"], "versionFound" | "versionAsked">;
}): string => mesh.versionFound ?? mesh.versionAsked;
