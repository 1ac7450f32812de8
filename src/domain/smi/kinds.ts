/**
 * The SMI kinds and their API versions. Source: smi-spec `apis/*` documents and their "Compatible with" header lines;
 * plural and short names from the CRD files of smi-sdk-go (`crds/*.yaml`).
 */

export type SpecName = "traffic-access" | "traffic-specs" | "traffic-split" | "traffic-metrics";

export const specNames = ["traffic-access", "traffic-specs", "traffic-split", "traffic-metrics"] as const;

export interface SmiKind {
  readonly spec: SpecName;
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortName: string;
  /** Versions that the specification knows, oldest first. */
  readonly versions: readonly string[];
}

const versions = ["v1alpha1", "v1alpha2", "v1alpha3", "v1alpha4"] as const;

export const smiKinds = {
  TrafficTarget: {
    spec: "traffic-access",
    group: "access.smi-spec.io",
    kind: "TrafficTarget",
    plural: "traffictargets",
    shortName: "tt",
    versions,
  },
  HTTPRouteGroup: {
    spec: "traffic-specs",
    group: "specs.smi-spec.io",
    kind: "HTTPRouteGroup",
    plural: "httproutegroups",
    shortName: "htr",
    versions,
  },
  TCPRoute: {
    spec: "traffic-specs",
    group: "specs.smi-spec.io",
    kind: "TCPRoute",
    plural: "tcproutes",
    shortName: "tr",
    versions,
  },
  UDPRoute: {
    spec: "traffic-specs",
    group: "specs.smi-spec.io",
    kind: "UDPRoute",
    plural: "udproutes",
    shortName: "ur",
    versions: ["v1alpha4"],
  },
  TrafficSplit: {
    spec: "traffic-split",
    group: "split.smi-spec.io",
    kind: "TrafficSplit",
    plural: "trafficsplits",
    shortName: "ts",
    versions,
  },
} as const satisfies Record<string, SmiKind>;

export type SmiKindName = keyof typeof smiKinds;

export const smiKindNames = Object.keys(smiKinds) as SmiKindName[];

/** Which specs versions an access version goes with ("Compatible with" lines); split v1alpha3 and 4 say likewise. */
export const compatibleSpecs: Readonly<Record<string, readonly string[]>> = {
  "traffic-access/v1alpha1": ["v1alpha1", "v1alpha2"],
  "traffic-access/v1alpha2": ["v1alpha3"],
  "traffic-access/v1alpha3": ["v1alpha4"],
  "traffic-access/v1alpha4": ["v1alpha4"],
  "traffic-split/v1alpha3": ["v1alpha3"],
  "traffic-split/v1alpha4": ["v1alpha4"],
};

/**
 * Versions that were released together (SPEC_LATEST_STABLE of the tags v0.4.0, v0.5.0 and v0.6.0). The oldest of them has
 * split v1alpha3 beside specs v1alpha2, which the lines do not.
 */
export const releases: readonly Readonly<Record<"access" | "specs" | "split", string>>[] = [
  { access: "v1alpha1", specs: "v1alpha2", split: "v1alpha3" },
  { access: "v1alpha2", specs: "v1alpha3", split: "v1alpha3" },
  { access: "v1alpha3", specs: "v1alpha4", split: "v1alpha4" },
];
