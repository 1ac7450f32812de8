/** A mesh in a few lines: what it does with one request, given the SMI objects that it knows. Faults can be built in. */
import type { KubernetesObject } from "../../src/domain/kubernetes/object.ts";

export interface Account {
  readonly name: string;
  readonly namespace: string;
}

/** One request on its way, and the world as the mesh sees it. */
export interface Ask {
  readonly from: Account;
  readonly service: string;
  readonly namespace: string;
  /** Port of the server's container. */
  readonly port: number;
  readonly transport: "http" | "tcp" | "udp";
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** SMI objects of the destination's namespace. */
  readonly objects: readonly KubernetesObject[];
  /** The same, with all that were ever there. */
  readonly everStored: readonly KubernetesObject[];
  /** Workloads behind a service, each with its account. */
  readonly endpoints: (service: string) => readonly Endpoint[];
  readonly random: () => number;
}

export interface Endpoint {
  readonly workload: string;
  readonly account: string;
}

/** `to`: it arrives there. `appError`: it arrives, and the application itself answers 403. */
export type Answer = { readonly to: string } | { readonly appError: string } | "refused" | "dropped";

export interface Behaviour {
  readonly answer: (ask: Ask) => Answer;
  /** Whether requests carry the mark of a proxy. */
  readonly proxied: boolean;
  /** Milliseconds until the mesh knows of a change. */
  readonly lagMs: number;
}

export interface Faults {
  readonly ignoresSources?: true;
  readonly ignoresMethods?: true;
  readonly ignoresPaths?: true;
  readonly matchesAnywhereInPath?: true;
  readonly anyHeaderWillDo?: true;
  readonly ignoresTcp?: true;
  readonly ignoresHttp?: true;
  readonly neverRevokes?: true;
  /** Only the first TrafficTarget of a destination counts. */
  readonly firstTargetOnly?: true;
  readonly ignoresWeights?: true;
  /** Share of requests that go to a backend of weight 0. */
  readonly leaks?: number;
  readonly weightsArePercent?: true;
  readonly twoBackendsAtMost?: true;
  readonly keepsFirstWeights?: true;
  readonly oneEndpointOnly?: true;
  /** No sources, or no rules, are taken for all of them. */
  readonly emptyListsGrant?: true;
  readonly refusesAsApplication?: true;
  /** Share of the allowed requests that are never answered. */
  readonly drops?: number;
  readonly lagMs?: number;
}

type Fields = Record<string, unknown>;
const bodyOf = (object: KubernetesObject) => (object.spec ?? object) as Fields;
const ofKind = (objects: readonly KubernetesObject[], kind: string) => objects.filter((o) => o.kind === kind);

interface Rule {
  readonly kind: string;
  readonly name: string;
  readonly matches?: readonly string[];
}

interface Match {
  readonly name: string;
  readonly pathRegex?: string;
  readonly methods?: readonly string[];
  readonly headers?: readonly Fields[] | Fields;
}

function matchAdmits(ask: Ask, match: Match, faults: Faults): boolean {
  const path = faults.matchesAnywhereInPath
    ? new RegExp(match.pathRegex ?? "")
    : new RegExp(`^(?:${match.pathRegex ?? ""})`);
  if (!faults.ignoresPaths && !path.test(ask.path)) return false;
  const methods = match.methods ?? ["*"];
  if (!faults.ignoresMethods && !methods.includes("*") && !methods.includes(ask.method)) return false;
  const wanted = [match.headers ?? []].flat().flatMap((entry) => Object.entries(entry));
  const met = wanted.map(([name, regex]) => new RegExp(`^(?:${regex})$`).test(ask.headers[name] ?? ""));
  return faults.anyHeaderWillDo && wanted.length > 0 ? met.includes(true) : !met.includes(false);
}

function ruleAdmits(ask: Ask, rule: Rule, faults: Faults): boolean {
  const route = ofKind(ask.objects, rule.kind).find((o) => o.metadata.name === rule.name);
  if (route === undefined) return false;
  if (rule.kind === "TCPRoute") {
    const ports = (bodyOf(route).matches as { ports?: readonly number[] } | undefined)?.ports ?? [];
    return ask.transport === "tcp" && (ports.length === 0 || ports.includes(ask.port));
  }
  if (rule.kind !== "HTTPRouteGroup" || ask.transport !== "http") return false;
  const matches = bodyOf(route).matches as readonly Match[];
  return matches.some((m) => (rule.matches ?? [m.name]).includes(m.name) && matchAdmits(ask, m, faults));
}

function admits(ask: Ask, to: Endpoint, faults: Faults): boolean {
  if (ask.transport === "tcp" ? faults.ignoresTcp : faults.ignoresHttp) return true;
  const same = (subject: Fields, account: Account) =>
    subject.name === account.name && subject.namespace === account.namespace;
  const targets = ofKind(ask.objects, "TrafficTarget").filter((t) =>
    same((bodyOf(t).destination ?? {}) as Fields, { name: to.account, namespace: ask.namespace }),
  );
  return (faults.firstTargetOnly ? targets.slice(0, 1) : targets).some((target) => {
    const sources = (bodyOf(target).sources ?? []) as readonly Fields[];
    const rules = (bodyOf(target).rules ?? bodyOf(target).specs ?? []) as readonly Rule[];
    if (faults.emptyListsGrant && (sources.length === 0 || rules.length === 0)) return true;
    const known = faults.ignoresSources ? sources.length > 0 : sources.some((s) => same(s, ask.from));
    return known && rules.some((rule) => ruleAdmits(ask, rule, faults));
  });
}

/** The service that the request goes on to, by the TrafficSplit of the one that it was sent to. */
function backendOf(ask: Ask, faults: Faults): string {
  const seen = faults.keepsFirstWeights ? ask.everStored : ask.objects;
  const split = ofKind(seen, "TrafficSplit").find((s) => bodyOf(s).service === ask.service);
  if (split === undefined) return ask.service;
  const given = (bodyOf(split).backends as readonly { service: string; weight: number | string }[]).map((b) => ({
    service: b.service,
    weight: faults.ignoresWeights ? 1 : Number(b.weight),
  }));
  const backends = faults.twoBackendsAtMost ? given.slice(0, 2) : given;
  const idle = backends.find((b) => b.weight === 0);
  if (idle !== undefined && ask.random() < (faults.leaks ?? 0)) return idle.service;
  let left = ask.random() * (faults.weightsArePercent ? 100 : backends.reduce((sum, b) => sum + b.weight, 0));
  for (const { service, weight } of backends) {
    left -= weight;
    if (left < 0) return service;
  }
  return ask.service;
}

/** Enforces TrafficTarget, HTTPRouteGroup and TCPRoute and splits by weights, but for the faults built in. */
export function toyMesh(faults: Faults = {}): Behaviour {
  return {
    proxied: true,
    lagMs: faults.lagMs ?? 0,
    answer(given) {
      const ask = faults.neverRevokes ? { ...given, objects: given.everStored } : given;
      const endpoints = ask.endpoints(backendOf(ask, faults));
      const to = endpoints[faults.oneEndpointOnly ? 0 : Math.floor(ask.random() * endpoints.length)];
      if (to === undefined) return "refused";
      if (!admits(ask, to, faults)) return faults.refusesAsApplication ? { appError: to.workload } : "refused";
      return ask.random() < (faults.drops ?? 0) ? "dropped" : { to: to.workload };
    },
  };
}
