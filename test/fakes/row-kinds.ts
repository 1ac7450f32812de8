/** Which rows a null mesh has to fail, read from the assertion files, so that a new row is held to it without being listed. */

import { type Assertion, appliedBy, isBehaviour, isProbe, mayReject } from "../../src/domain/assertion/assertion.ts";
import type { DistributionExpectation, Expectation } from "../../src/domain/assertion/expectation.ts";
import type { Fixture } from "../../src/domain/assertion/fixture.ts";
import type { TrafficSplit } from "../../src/domain/smi/resource.ts";
import { serviceOf } from "../../src/engine/probe/address.ts";

export interface Rows {
  readonly assertions: readonly Assertion[];
  readonly fixtures: ReadonlyMap<string, Fixture>;
}

/**
 * Rows that get a verdict by what traffic does. Those that the API server alone can answer, by refusing an object, are not
 * among them: no mesh is needed for that.
 */
export const behaviourRows = ({ assertions }: Rows): readonly Assertion[] =>
  assertions.filter((assertion) => assertion.observed !== true && isBehaviour(assertion));

export const idsOf = (rows: readonly Assertion[]): readonly string[] => rows.map(({ id }) => id);

/** What a row judges as such, and not as a control. */
const judged = ({ phases }: Assertion): readonly Expectation[] =>
  phases
    .filter(({ control }) => control === undefined)
    .flatMap(({ expect }) => expect.filter((e) => !("control" in e) || e.control === undefined));

/**
 * Rows whose first probes of this kind are judged as such, with no control before them: a control that does not hold ends
 * a row before anything is judged.
 */
function rowsThatFirst(rows: Rows, is: "ok" | "refused"): readonly Assertion[] {
  return behaviourRows(rows).filter(({ phases }) => {
    for (const { control, expect } of phases) {
      const isControl = (e: Expectation) => control !== undefined || ("control" in e && e.control !== undefined);
      if (expect.some((e) => isProbe(e) && e.is === is && !isControl(e))) return true;
      if (expect.some(isControl) || expect.some((e) => "requests" in e)) return false;
    }
    return false;
  });
}

/** Rows that fail where nothing is refused. */
export const denyRows = (rows: Rows): readonly Assertion[] => rowsThatFirst(rows, "refused");

/** Rows that fail where nothing is let through. */
export const allowRows = (rows: Rows): readonly Assertion[] => rowsThatFirst(rows, "ok");

const isDistribution = (e: Expectation): e is DistributionExpectation => "requests" in e;

/** Shares by workload, as far as they are given as weights; undefined for a row of presence alone. */
function sharesOf(e: DistributionExpectation): Readonly<Record<string, number>> | undefined {
  const weights = Object.entries(e.reach).flatMap(([name, w]) => (typeof w === "number" ? [[name, w] as const] : []));
  const sum = weights.reduce((total, [, weight]) => total + weight, 0);
  return sum === 0 ? undefined : Object.fromEntries(weights.map(([name, weight]) => [name, weight / sum]));
}

const isSame = (x: Readonly<Record<string, number>>, y: Readonly<Record<string, number>>) =>
  [...new Set([...Object.keys(x), ...Object.keys(y)])].every((n) => Math.abs((x[n] ?? 0) - (y[n] ?? 0)) < 1e-9);

/** What kube-proxy makes of a sample: each pod behind the Service gets the same. */
function plainShares(rows: Rows, row: Assertion, e: DistributionExpectation): Readonly<Record<string, number>> {
  const fixture = rows.fixtures.get(row.fixture);
  if (fixture === undefined) throw new RangeError(`${row.id}: no fixture ${row.fixture}`);
  const pods = serviceOf(fixture.services, e).selects.map(
    (name) => [name, fixture.workloads[name]?.replicas ?? 0] as const,
  );
  const sum = pods.reduce((total, [, replicas]) => total + replicas, 0);
  return Object.fromEntries(pods.map(([name, replicas]) => [name, replicas / sum]));
}

/** Rows whose weights are not what Kubernetes alone does. */
export const weightRows = (rows: Rows): readonly Assertion[] =>
  behaviourRows(rows).filter((row) =>
    judged(row).some((e) => {
      const shares = isDistribution(e) ? sharesOf(e) : undefined;
      return shares !== undefined && isDistribution(e) && !isSame(shares, plainShares(rows, row, e));
    }),
  );

/** Weights of those backends that the fixture has a Service for. */
function liveWeights({ fixtures }: Rows, row: Assertion, split: TrafficSplit): readonly number[] {
  const services = fixtures.get(row.fixture)?.services ?? [];
  return Object.entries(split.backends ?? {}).flatMap(([name, weight]) =>
    services.some((s) => s.name === name) ? [Number.parseFloat(String(weight))] : [],
  );
}

/** Rows that judge the shares of a split whose weights are not all the same. */
export const unevenRows = (rows: Rows): readonly Assertion[] =>
  behaviourRows(rows).filter((row) => {
    const splits = new Map<string, TrafficSplit>();
    return row.phases.some((phase) => {
      for (const resource of appliedBy(phase))
        if ("trafficSplit" in resource) splits.set(resource.service ?? "", resource);
      if (phase.control !== undefined || mayReject(phase)) return false;
      return phase.expect.some((e) => {
        if (!isDistribution(e) || e.control !== undefined || sharesOf(e) === undefined) return false;
        const split = splits.get(e.to);
        return split !== undefined && new Set(liveWeights(rows, row, split)).size > 1;
      });
    });
  });

/** Rows in which a server sends: without servers there is nobody to do it. */
export const serverSendsRows = (rows: Rows): readonly Assertion[] =>
  behaviourRows(rows).filter((row) =>
    row.phases.some(({ expect }) =>
      expect.some((e) => "from" in e && rows.fixtures.get(row.fixture)?.workloads[e.from]?.role === "server"),
    ),
  );
