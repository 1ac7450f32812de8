/** What the API server knows of a kind: where it is served, how it is named and checked. */
import type { Named } from "./refusal.ts";
import type { Schema } from "./schema.ts";

export interface ServedSchema {
  readonly name: string;
  readonly served: boolean;
  /** Undefined: nothing is checked or pruned by schema, as for built-in kinds. */
  readonly schema: Schema | undefined;
}

export interface Resource extends Named {
  readonly singular: string;
  readonly namespaced: boolean;
  /** One of them is the one that objects are stored in. */
  readonly versions: readonly ServedSchema[];
  readonly storage: string;
  /** Which form a name has to have. */
  readonly names: "label" | "subdomain" | "service";
  /** How a change of the object counts: `spec` by its spec alone, `all` by all but its metadata, `none` not at all. */
  readonly generation: "spec" | "all" | "none";
  /** Written by setStatus alone: create and apply leave it as it is. */
  readonly statusApart: boolean;
  /** By a conversion webhook; otherwise apiVersion alone changes. */
  readonly converts: boolean;
}

/** Splits `group/version`; the core group is empty. */
export function groupVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf("/");
  return slash < 0
    ? { group: "", version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

export const apiVersionOf = (group: string, version: string): string =>
  group === "" ? version : `${group}/${version}`;

/** Kubernetes orders versions: released before beta before alpha, higher numbers first, anything else last. */
export function compareVersions(a: string, b: string): number {
  const [stageA, majorA, minorA] = rank(a);
  const [stageB, majorB, minorB] = rank(b);
  return stageB - stageA || majorB - majorA || minorB - minorA || (a < b ? -1 : Number(a > b));
}

function rank(version: string): readonly [number, number, number] {
  const found = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (found === null) return [-1, 0, 0];
  const [, major, stage, minor] = found;
  return [stage === undefined ? 2 : Number(stage === "beta"), Number(major), Number(minor ?? 0)];
}
