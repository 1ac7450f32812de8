/**
 * Clause coverage: the clauses that an assertion depends on besides those that it cites. An assertion about methods still needs
 * a mesh that denies what nothing grants: on a mesh that does not, it fails too, and this says why.
 */
import { type Assertion, appliedBy, isProbe, removedBy } from "../domain/assertion/assertion.ts";
import type { Fixture } from "../domain/assertion/fixture.ts";
import type {
  HttpRouteGroup,
  Resource,
  TcpRoute,
  TrafficSplit,
  TrafficTarget,
  UdpRoute,
} from "../domain/smi/resource.ts";
import type { Clause } from "./kill-matrix.ts";

export interface CoveredClauses {
  readonly clauses: readonly Clause[];
  /** What of the assertion depends on them: "it …". */
  readonly why: string;
}

/** The parts of an assertion that decide which clauses it covers. */
interface Parts {
  readonly targets: readonly TrafficTarget[];
  readonly groups: readonly HttpRouteGroup[];
  readonly tcpRoutes: readonly TcpRoute[];
  readonly udpRoutes: readonly UdpRoute[];
  readonly splits: readonly TrafficSplit[];
  /** Whether some probe must be answered, and some must be refused, by transport. */
  readonly grants: boolean;
  readonly denies: boolean;
  readonly removes: readonly string[];
  /** Names that are applied more than once, by kind. */
  readonly updates: readonly string[];
  readonly samples: boolean;
}

function partsOf({ phases }: Assertion, { base }: Fixture): Parts {
  const applied = phases.flatMap((phase) => [
    ...appliedBy(phase),
    ...phase.expect.flatMap((e) => ("submit" in e ? [e.submit, ...(e.with ?? [])] : [])),
  ]);
  const all: readonly Resource[] = [...base, ...applied];
  const of = <K extends string>(kind: K) => all.filter((r): r is Extract<Resource, Record<K, string>> => kind in r);
  const expected = phases.flatMap(({ expect }) => expect);
  const probes = expected.filter(isProbe);
  const samples = expected.some((e) => "requests" in e);
  const named = phases.flatMap((phase) => appliedBy(phase).map((r) => Object.entries(r)[0]?.join(" ") ?? ""));
  return {
    targets: of("trafficTarget"),
    groups: of("httpRouteGroup"),
    tcpRoutes: of("tcpRoute"),
    udpRoutes: of("udpRoute"),
    splits: of("trafficSplit"),
    grants: samples || probes.some(({ is }) => is === "ok"),
    denies:
      probes.some(({ is }) => is === "refused") || expected.some((e) => "submit" in e && e.staysRefused !== undefined),
    removes: phases.flatMap((phase) => removedBy(phase).flatMap((ref) => Object.keys(ref)[0] ?? [])),
    updates: named.filter((name, index) => named.indexOf(name) !== index).map((name) => name.split(" ")[0] ?? ""),
    samples,
  };
}

const access = (...lines: number[]) => lines.map((line) => ({ doc: "traffic-access/v1alpha3", line }));
const access2 = (...lines: number[]) => lines.map((line) => ({ doc: "traffic-access/v1alpha2", line }));
const specs = (...lines: number[]) => lines.map((line) => ({ doc: "traffic-specs/v1alpha4", line }));
const split = (...lines: number[]) => lines.map((line) => ({ doc: "traffic-split/v1alpha4", line }));

const matchesOf = ({ groups }: Parts) => groups.flatMap(({ matches }) => matches);
const rulesOf = ({ targets }: Parts) => targets.flatMap(({ rules = [] }) => rules);
const weightsOf = ({ splits }: Parts) => splits.flatMap(({ backends = {} }) => Object.values(backends).map(Number));

type Rule = readonly [why: string, clauses: readonly Clause[], covers: (parts: Parts) => boolean];

/** In the order of the specifications. */
const rules: readonly Rule[] = [
  ["it expects refusals, which need a mesh that denies what nothing grants", access(15), (p) => p.denies],
  ["it takes a grant away again", access(15), (p) => p.removes.includes("trafficTarget")],
  ["it expects what a TrafficTarget grants to be answered", access(23), (p) => p.grants && p.targets.length > 0],
  [
    "it expects a workload that is no source to be refused",
    access(25, 115),
    (p) => p.denies && p.targets.some(({ sources = [] }) => sources.length > 0),
  ],
  ["it expects requests off the routes to be refused", access(26), (p) => p.denies && p.groups.length > 0],
  ["its TrafficTarget has several rules", access(83, 204), (p) => p.targets.some(({ rules: r = [] }) => r.length > 1)],
  ["its TrafficTarget has several sources", access(187), (p) => p.targets.some(({ sources: s = [] }) => s.length > 1)],
  [
    "several TrafficTargets of it, its fixture's included, hold at once",
    access(194),
    (p) => new Set(p.targets.map(({ trafficTarget }) => trafficTarget)).size > 1,
  ],
  ["a rule of it names matches", access(86), (p) => rulesOf(p).some((r) => "matches" in r && r.matches !== undefined)],
  [
    "a rule of it, or of its fixture, leaves matches out",
    access(97),
    (p) => rulesOf(p).some((r) => "httpRouteGroup" in r && r.matches === undefined),
  ],
  ["a group of it has several matches", access(98), (p) => p.groups.some(({ matches }) => matches.length > 1)],
  [
    "its TrafficTarget grants HTTP without naming a port",
    [...access(102), ...access2(89)],
    (p) =>
      p.grants &&
      p.targets.some(({ rules: r = [], port }) => port === undefined && r.some((x) => "httpRouteGroup" in x)),
  ],
  [
    "its TrafficTarget grants TCP or UDP without naming a port",
    [...access(102), ...access2(89), ...specs(153, 180)],
    (p) => p.grants && [...p.tcpRoutes, ...p.udpRoutes].some(({ ports = [] }) => ports.length === 0),
  ],
  [
    "a route of it names ports",
    [...access(99, 200), ...specs(140, 165)],
    (p) => [...p.tcpRoutes, ...p.udpRoutes].some(({ ports = [] }) => ports.length > 0),
  ],
  ["it changes a TrafficTarget", access(115), (p) => p.updates.includes("trafficTarget")],
  ["it changes a group of routes", access(21), (p) => p.updates.includes("httpRouteGroup")],
  ["it expects the server to refuse whoever calls, by what name it may", access(110), (p) => p.denies],
  ["it expects refusals before there is a TrafficTarget", specs(46, 201), (p) => p.denies && p.groups.length > 0],
  [
    "its requests are told apart by path",
    specs(42, 50, 111),
    (p) => matchesOf(p).some((m) => m.pathRegex !== undefined),
  ],
  ["its requests are told apart by method", specs(43, 121), (p) => matchesOf(p).some((m) => m.methods !== undefined)],
  ["its routes allow every method", specs(44), (p) => matchesOf(p).some((m) => m.methods?.includes("*"))],
  [
    "its requests are told apart by headers",
    specs(69, 74, 77, 133),
    (p) => matchesOf(p).some((m) => m.headers !== undefined),
  ],
  [
    "a match of it sets several conditions",
    specs(111, 133),
    (p) => matchesOf(p).some((m) => [m.pathRegex, m.methods, m.headers].filter((c) => c !== undefined).length > 1),
  ],
  ["it expects traffic to go by weights", split(28), (p) => p.splits.length > 0],
  ["it expects requests to reach each pod of a Service", split(24), (p) => p.samples],
  ["a backend of it has weight 0", split(254), (p) => weightsOf(p).includes(0)],
  [
    "its weights do not sum to 100",
    split(270, 302),
    (p) =>
      p.splits.some(({ backends = {} }) => Object.values(backends).reduce<number>((s, w) => s + Number(w), 0) !== 100),
  ],
  ["its root Service selects pods itself", split(222), (p) => p.splits.length > 0],
  ["it splits by matches", split(35, 90, 94), (p) => p.splits.some(({ matches }) => matches !== undefined)],
  ["it changes a TrafficSplit", split(260), (p) => p.updates.includes("trafficSplit")],
  ["it removes a TrafficSplit", split(298), (p) => p.removes.includes("trafficSplit")],
  [
    "a TrafficSplit of it has one backend",
    split(282, 294),
    (p) => p.splits.some(({ backends = {} }) => Object.keys(backends).length === 1),
  ],
];

/** Each with the part of the assertion that depends on it. `fixture` is the assertion's own. */
export function clauseCoverage(assertion: Assertion, fixture: Fixture): readonly CoveredClauses[] {
  const parts = partsOf(assertion, fixture);
  return rules.filter(([, , covers]) => covers(parts)).map(([why, clauses]) => ({ why, clauses }));
}
