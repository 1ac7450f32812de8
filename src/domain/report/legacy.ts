/**
 * The 24 steps of the KUTTL suite that came before (layer5io/learn-layer5 `smi-conformance/`, commit bf9cd5c), and what that
 * suite would have said of the same cluster. Its verdicts are modelled from its source, not run: see docs/legacy.md.
 */
import type { SmiKindName } from "../smi/kinds.ts";
import type { Verdict } from "./verdict.ts";

interface LegacyStep {
  readonly id: string;
  readonly title: string;
  /**
   * What could fail the step there: its CRD check, an object of a fixed version, or nothing. The traffic checks are
   * `nothing`: their failures never reach that suite's report (kuttl fork b7e46af, pkg/test/case.go:163).
   */
  readonly needs:
    | { readonly crd: SmiKindName }
    | { readonly objects: readonly (readonly [SmiKindName, string])[] }
    | "nothing";
}

/** Minor version of Kubernetes that no longer serves the API of the old suite's CRD checks. */
const FIRST_WITHOUT_V1BETA1 = 22;

const target = ["TrafficTarget", "v1alpha3"] as const;
const tcp = ["TCPRoute", "v1alpha4"] as const;
const http = ["HTTPRouteGroup", "v1alpha4"] as const;
const split = ["TrafficSplit", "v1alpha4"] as const;

export const legacySteps: readonly LegacyStep[] = [
  { id: "access-01", title: "CRD TrafficTarget is installed", needs: { crd: "TrafficTarget" } },
  { id: "access-02", title: "Sample application is deployed", needs: "nothing" },
  { id: "access-03", title: "Traffic is blocked by default", needs: "nothing" },
  { id: "access-04", title: "TrafficTarget and TCPRoute are stored", needs: { objects: [tcp, target] } },
  { id: "access-05", title: "Traffic is allowed by a TrafficTarget", needs: "nothing" },
  { id: "access-06", title: "TrafficTarget is deleted", needs: "nothing" },
  { id: "access-07", title: "Traffic is blocked again", needs: "nothing" },
  { id: "split-01", title: "CRD TrafficSplit is installed", needs: { crd: "TrafficSplit" } },
  { id: "split-02", title: "Sample application is deployed", needs: "nothing" },
  { id: "split-03", title: "Without a split both backends are reached", needs: "nothing" },
  { id: "split-04", title: "TrafficSplit 100/0 is stored", needs: { objects: [split] } },
  { id: "split-05", title: "All traffic goes to the first backend", needs: "nothing" },
  { id: "split-06", title: "TrafficSplit 0/100 is stored", needs: { objects: [split] } },
  { id: "split-07", title: "All traffic goes to the second backend", needs: "nothing" },
  { id: "split-08", title: "TrafficSplit 75/25 is stored", needs: { objects: [split] } },
  { id: "split-09", title: "The first backend gets more", needs: "nothing" },
  { id: "split-10", title: "TrafficSplit 25/75 is stored", needs: { objects: [split] } },
  { id: "split-11", title: "The second backend gets more", needs: "nothing" },
  { id: "spec-01", title: "CRD HTTPRouteGroup is installed", needs: { crd: "HTTPRouteGroup" } },
  { id: "spec-02", title: "Sample application is deployed", needs: "nothing" },
  { id: "spec-03", title: "HTTPRouteGroup by path is stored", needs: { objects: [http, target] } },
  { id: "spec-04", title: "Traffic is allowed by path", needs: "nothing" },
  { id: "spec-05", title: "HTTPRouteGroup by method is stored", needs: { objects: [http, target] } },
  { id: "spec-06", title: "Traffic is allowed by method", needs: "nothing" },
];

export const legacyIds: readonly string[] = legacySteps.map(({ id }) => id);

/** What the old suite prints for a step: one that comes after a failed step of its suite was counted as failed too. */
export type LegacyVerdict = "PASSED" | "FAILED" | "NOT_REACHED";

export interface LegacyStepResult {
  readonly id: string;
  readonly title: string;
  readonly old: LegacyVerdict;
  /** Ids of the assertions that replace it. */
  readonly replacedBy: readonly string[];
  readonly verdict: Verdict | "NOT_RUN";
}

export interface LegacyScore {
  readonly steps: readonly LegacyStepResult[];
  /** Steps that the suite as published would have counted as passed, of 24. */
  readonly asPublished: number;
  /** The same with its CRD checks ported from apiextensions v1beta1, which Kubernetes 1.22 removed, to v1. */
  readonly crdChecksPorted: number;
  /** Steps that are replaced by an assertion that passes, and by none that fails or is unclear. */
  readonly sound: number;
}

/** Which kinds are served, and in which versions. */
type ServedVersions = Readonly<
  Partial<Record<SmiKindName, { readonly versions: readonly { readonly name: string }[] }>>
>;

/** Minor version of a cluster; a recent one where it is not known. @param kubernetes as `v1.34.4` */
export const kubernetesMinor = (kubernetes: string | null): number =>
  Number(/^v?\d+\.(\d+)/.exec(kubernetes ?? "")?.[1] ?? FIRST_WITHOUT_V1BETA1);

/** Steps passed by the old suite's own rule: in each of its three suites, those before the first that fails. */
function model(served: ServedVersions, crdApiServed: boolean): readonly LegacyVerdict[] {
  const failed = new Set<string>();
  return legacySteps.map(({ id, needs }) => {
    const suite = id.slice(0, id.indexOf("-"));
    if (failed.has(suite)) return "NOT_REACHED";
    const passes =
      needs === "nothing" ||
      ("crd" in needs
        ? crdApiServed && served[needs.crd] !== undefined
        : needs.objects.every(([kind, version]) => served[kind]?.versions.some((v) => v.name === version)));
    if (!passes) failed.add(suite);
    return passes ? "PASSED" : "FAILED";
  });
}

function combine(verdicts: readonly Verdict[]): Verdict | "NOT_RUN" {
  for (const worst of ["FAIL", "ERROR", "INCONCLUSIVE"] as const) if (verdicts.includes(worst)) return worst;
  if (verdicts.includes("PASS")) return "PASS";
  return verdicts[0] ?? "NOT_RUN";
}

/** @param minor version of the cluster */
export function legacyScore(
  served: ServedVersions,
  minor: number,
  results: readonly { readonly id: string; readonly replaces: readonly string[]; readonly verdict: Verdict }[],
): LegacyScore {
  const published = model(served, minor < FIRST_WITHOUT_V1BETA1);
  const steps = legacySteps.map(({ id, title }, index): LegacyStepResult => {
    const own = results.filter(({ replaces }) => replaces.includes(id));
    return {
      id,
      title,
      old: published[index] ?? "NOT_REACHED",
      replacedBy: own.map((result) => result.id),
      verdict: combine(own.map(({ verdict }) => verdict)),
    };
  });
  const passed = (verdicts: readonly LegacyVerdict[]) => verdicts.filter((v) => v === "PASSED").length;
  return {
    steps,
    asPublished: passed(published),
    crdChecksPorted: passed(model(served, true)),
    sound: steps.filter(({ verdict }) => verdict === "PASS").length,
  };
}
