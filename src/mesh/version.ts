/** Finds the entry of a profile for the version that was asked for. Pure. */
import semver from "semver";
import { ConfigurationError } from "../errors.ts";
import type { MeshProfile, MeshVersion } from "./profile.ts";

/** A mesh version without its leading v. @throws ConfigurationError for one that is not `MAJOR.MINOR.PATCH[-pre]`. */
export function parseMeshVersion(text: string): string {
  const version = semver.valid(text.trim());
  if (version === null)
    throw new ConfigurationError(
      "mesh-version",
      `"${text}" is not a version`,
      'Give MAJOR.MINOR.PATCH, with or without a leading v: "1.4.8", "v1.2.0-rc.1".',
    );
  return version;
}

/**
 * The profile's entry for a version; with `allowUnknown`, the one for the newest known versions if none matches.
 * @throws ConfigurationError for a version that the profile does not know, naming those that it knows
 */
export function versionEntry(profile: MeshProfile, version: string, allowUnknown: boolean): MeshVersion | undefined {
  const entry = profile.versions.find(({ range }) => semver.satisfies(version, range, { includePrerelease: true }));
  if (entry !== undefined) return entry;
  if (allowUnknown) return profile.versions[0];
  const known = profile.versions.map(({ range }) => range).join(", ");
  throw new ConfigurationError(
    "mesh-version",
    `the profile of ${profile.title} does not know version "${version}" (it knows ${known === "" ? "none" : known})`,
    "Choose a version in these ranges, or set allow-unknown-version to install it in the same way as the newest known one.",
  );
}

/** Replaces `{version}` in every string of chart values, at any depth. */
export function fillVersion(value: unknown, version: string): unknown {
  if (typeof value === "string") return value.replaceAll("{version}", version);
  if (Array.isArray(value)) return value.map((item) => fillVersion(item, version));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillVersion(item, version)]));
  return value;
}

/** Whether the entry works with a Kubernetes version; true if it does not say. */
export function worksOn(entry: MeshVersion | undefined, kubernetes: string): boolean {
  const version = semver.coerce(kubernetes);
  return entry?.kubernetes === undefined || version === null || semver.satisfies(version, entry.kubernetes);
}
