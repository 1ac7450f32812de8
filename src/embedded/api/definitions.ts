/**
 * The CustomResourceDefinitions of the SMI kinds, for every version of the specification, written from its text. Where the text
 * is stricter than the published CRDs (smi-sdk-go `crds/*.yaml`), they follow the text. Names are the published ones.
 * IdentityBinding (access v1alpha4) was never released, and is not served.
 */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import { compatibleSpecs, type SmiKind, type SmiKindName, type SpecName, smiKinds } from "../../domain/smi/kinds.ts";
import { compatibleSets, servedFromCrds } from "../../domain/smi/served.ts";
import type { SmiVersions } from "../../domain/smi/version-set.ts";
import { trafficTarget } from "./access-schemas.ts";
import { compareVersions } from "./resource.ts";
import type { Schema } from "./schema.ts";
import { httpRouteGroup, type SpecsOptions, tcpRoute, udpRoute } from "./specs-schemas.ts";
import { trafficSplit } from "./split-schemas.ts";

/** The latest release of the specification, v0.6.0. */
export const newestVersions: SmiVersions = { access: ["v1alpha3"], specs: ["v1alpha4"], split: ["v1alpha4"] };

const schemas: Readonly<Record<SmiKindName, (version: string, options: SpecsOptions) => Schema>> = {
  TrafficTarget: trafficTarget,
  HTTPRouteGroup: httpRouteGroup,
  TCPRoute: tcpRoute,
  UDPRoute: udpRoute,
  TrafficSplit: trafficSplit,
};

function versionsOf(spec: SpecName, versions: SmiVersions): readonly string[] {
  if (spec === "traffic-access") return versions.access ?? [];
  if (spec === "traffic-specs") return versions.specs ?? [];
  return spec === "traffic-split" ? (versions.split ?? []) : [];
}

/** Versions of one kind differ in shape, so several of them need a conversion webhook. */
const webhook = {
  strategy: "Webhook",
  webhook: {
    conversionReviewVersions: ["v1"],
    clientConfig: { service: { namespace: "kube-system", name: "smi-conversion", path: "/convert" } },
  },
};

function definition(name: SmiKindName, served: readonly string[], options: SpecsOptions): KubernetesObject {
  const { group, kind, plural, shortName }: SmiKind = smiKinds[name];
  const [newest, ...older] = [...served].sort(compareVersions);
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), shortNames: [shortName] },
      conversion: older.length === 0 ? { strategy: "None" } : webhook,
      versions: [...older.reverse(), newest ?? ""].map((version) => ({
        name: version,
        served: true,
        storage: version === newest,
        schema: { openAPIV3Schema: schemas[name](version, options) },
      })),
    },
  };
}

/**
 * Definitions of all kinds that these versions have; the newest version of each is the one stored.
 * @param options how `headers` are written, which the text leaves open; a list by default
 * @throws RangeError for a version that the specification does not know
 */
export function smiDefinitions(versions: SmiVersions, options: SpecsOptions = {}): readonly KubernetesObject[] {
  return (Object.keys(smiKinds) as SmiKindName[]).flatMap((name) => {
    const { spec, versions: known }: SmiKind = smiKinds[name];
    const asked = versionsOf(spec, versions);
    const all = smiKinds[spec === "traffic-specs" ? "HTTPRouteGroup" : name].versions as readonly string[];
    const unknown = asked.find((version) => !all.includes(version));
    if (unknown !== undefined) throw new RangeError(`${spec} has no version ${unknown}; it has ${all.join(", ")}`);
    const served = asked.filter((version) => known.includes(version));
    return served.length === 0 ? [] : [definition(name, served, options)];
  });
}

/** `traffic-access v1alpha1 goes with traffic-specs v1alpha1 or v1alpha2`, for versions that name their partners. */
function partners(spec: SpecName, served: readonly string[]): readonly string[] {
  return served.flatMap((version) => {
    const wanted = compatibleSpecs[`${spec}/${version}`];
    return wanted === undefined ? [] : [`${spec} ${version} goes with traffic-specs ${wanted.join(" or ")}`];
  });
}

/**
 * Why these versions are not compatible, as a sentence; undefined if at least one set of them is, by the "Compatible with" lines
 * of the documents or as a release. Without access and split there is nothing to be compatible; without specs, access is not
 * possible, but split v1alpha1 and 2, which name no partner, are.
 * @throws RangeError for a version that the specification does not know
 */
export function incompatibility(versions: SmiVersions): string | undefined {
  const { access = [], specs = [], split = [] } = versions;
  const { together, apart } = compatibleSets(servedFromCrds(smiDefinitions(versions)));
  const why = [...partners("traffic-access", access), ...partners("traffic-split", split)];
  const isAlone = access.length === 0 && (specs.length === 0 || split.length === 0);
  if (together.length > 0 || (isAlone && (split.length === 0 || why.length < split.length))) return undefined;
  const problem = specs.length === 0 ? "served without traffic-specs" : "do not go together";
  return `${apart} ${problem}: ${why.join(", ")}.`;
}
