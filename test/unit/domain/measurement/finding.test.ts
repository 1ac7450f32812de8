import { describe, expect, it } from "vitest";
import {
  account,
  countById,
  describeAccounting,
  exactlyAccounted,
  judgeDistribution,
  judgeOk,
  judgePort,
  judgePresence,
  judgeRefused,
} from "../../../../src/domain/measurement/finding.ts";
import type { Outcome } from "../../../../src/domain/measurement/outcome.ts";
import type { Observation } from "../../../../src/domain/measurement/probe.ts";
import { planSample } from "../../../../src/domain/statistics/sampling.ts";
import {
  appError,
  arrivalOf,
  dropped,
  infra,
  many,
  okFrom,
  proxyError,
  refused,
  reset,
} from "../../../fixtures/observations.ts";

const refusals = new Set<Outcome>(["HTTP_REFUSED", "CONNECTION_REFUSED"]);
const arrived = (...seen: readonly Observation[]) => countById(seen.map(arrivalOf));
const nowhere = arrived();

describe("a refusal", () => {
  it.each([
    ["all refused by a proxy", many(20, refused), "held"],
    ["refused in two ways", [...many(10, refused), ...many(10, reset)], "held"],
    ["one answered among refusals", [...many(19, refused), okFrom()], "violated"],
    ["one answered by the application's own error", [...many(19, refused), appError()], "violated"],
    ["one answered among unclear ones", [...many(19, infra), okFrom()], "violated"],
    ["one dropped, where dropping is no refusal", [...many(19, refused), dropped()], "unknown"],
    ["one unexplained", [...many(19, refused), proxyError()], "unknown"],
    ["one that our side failed", [...many(19, refused), infra()], "unknown"],
    ["nothing sent", [], "unknown"],
  ] as const)("%s: %s is %s", (_, seen, status) => {
    expect(judgeRefused(seen, nowhere, refusals).status).toBe(status);
  });

  it("is violated by an arrival without an answer", () => {
    for (const make of [refused, reset, dropped, infra, proxyError]) {
      const silent = make();
      const reading = judgeRefused([...many(19, refused), silent], arrived(silent), refusals);
      expect(reading.status).toBe("violated");
      expect(reading.observed).toContain("1 arrived");
    }
  });

  it("is not touched by arrivals of other requests", () => {
    expect(judgeRefused(many(20, refused), arrived(okFrom()), refusals).status).toBe("held");
  });

  it("may be a drop where the mesh says that it drops", () => {
    expect(judgeRefused(many(20, dropped), nowhere, new Set<Outcome>(["DROP"])).status).toBe("held");
    expect(judgeRefused(many(20, refused), nowhere, new Set<Outcome>(["DROP"])).status).toBe("unknown");
  });
});

describe("an allowed way", () => {
  const oks = many(20, okFrom);

  it("holds when each is answered and noted", () => {
    expect(judgeOk(oks, arrived(...oks), true)).toEqual({ status: "held", observed: "20 OK; 20 arrived" });
  });

  it.each([
    ["refused by a proxy", refused],
    ["reset", reset],
    ["dropped", dropped],
    ["met with an unexplained answer", proxyError],
  ])("is violated when one is %s, and unknown when the server is dead", (_, make) => {
    const one = [...oks, make()];
    expect(judgeOk(one, arrived(...oks), true).status).toBe("violated");
    const dead = judgeOk(one, arrived(...oks), false);
    expect(dead.status).toBe("unknown");
    expect(dead.observed).toContain("health check failed");
  });

  it.each([
    ["answered by the application with an error", appError],
    ["failed by our own side", infra],
  ])("is unknown when one is %s", (_, make) => {
    const all = [...oks, make()];
    expect(judgeOk(all, arrived(...all), true).status).toBe("unknown");
  });

  it("is unknown when one was answered that no server noted, and when nothing was sent", () => {
    expect(judgeOk(oks, arrived(...oks.slice(1)), true).status).toBe("unknown");
    expect(judgeOk([], nowhere, true).status).toBe("unknown");
  });

  it("names those that arrived more than once, and holds", () => {
    const [first] = oks;
    const reading = judgeOk(oks, arrived(...oks, ...(first === undefined ? [] : [first])), true);
    expect(reading).toEqual({ status: "held", observed: "20 OK; 21 arrived, 1 of them more than once" });
  });
});

/** A sample in which each backend answered so many, all noted. */
function sampleOf(counts: Readonly<Record<string, number>>, lost: readonly Observation[] = []) {
  const answered = Object.entries(counts).flatMap(([backend, n]) => many(n, () => okFrom(backend)));
  const arrivals = new Map(
    Object.keys(counts).map((b) => [b, answered.filter((o) => o.server?.workload === b).map(arrivalOf)]),
  );
  return account([...answered, ...lost], arrivals, ["v1", "v2"]);
}

describe("accounting", () => {
  it("counts answers by backend, those of none as 0", () => {
    const accounting = sampleOf({ v1: 3 });
    expect(accounting).toEqual({ counts: { v1: 3, v2: 0 }, sent: 3, answered: 3, repeated: 0, unlogged: 0 });
    expect(exactlyAccounted(accounting)).toBe(true);
    expect(describeAccounting(accounting)).toBe("v1 3, v2 0 of 3");
  });

  it("does not add up when a request is lost, refused or answered with an error", () => {
    for (const make of [dropped, refused, appError, infra]) {
      const accounting = sampleOf({ v1: 3 }, [make()]);
      expect(exactlyAccounted(accounting)).toBe(false);
      expect(describeAccounting(accounting)).toContain("1 not answered");
    }
  });

  it("does not add up when an answer was noted by no server", () => {
    const accounting = account([okFrom("v1")], new Map(), ["v1"]);
    expect(accounting.unlogged).toBe(1);
    expect(exactlyAccounted(accounting)).toBe(false);
  });

  it("counts a repeated request once, and says so", () => {
    const one = okFrom("v1");
    const accounting = account(
      [one],
      new Map([
        ["v1", [arrivalOf(one)]],
        ["v2", [arrivalOf(one)]],
      ]),
      ["v1", "v2"],
    );
    expect(accounting).toMatchObject({ counts: { v1: 1, v2: 0 }, repeated: 1, unlogged: 0 });
    expect(describeAccounting(accounting)).toContain("1 arrived more than once");
  });

  it("names a backend that nobody named", () => {
    expect(sampleOf({ stranger: 1 }).counts).toEqual({ v1: 0, v2: 0, stranger: 1 });
  });
});

describe("a distribution", () => {
  const plan = planSample({ n: 400, weights: { v1: 75, v2: 25 } });
  const all = planSample({ n: 300, weights: { v1: 1, v2: 0 } });

  it("holds within the intervals, with the counts of each cell", () => {
    const reading = judgeDistribution(plan, sampleOf({ v1: 300, v2: 100 }));
    expect(reading.status).toBe("held");
    expect(reading.cells.map(({ backend, observed }) => [backend, observed])).toEqual([
      ["v1", 300],
      ["v2", 100],
    ]);
  });

  it("is violated outside of them", () => {
    expect(judgeDistribution(plan, sampleOf({ v1: 200, v2: 200 })).status).toBe("violated");
  });

  it("is unknown when requests are lost, whatever the shares", () => {
    expect(judgeDistribution(plan, sampleOf({ v1: 299, v2: 100 }, [dropped()])).status).toBe("unknown");
    expect(judgeDistribution(plan, sampleOf({ v1: 200, v2: 199 }, [dropped()])).status).toBe("unknown");
  });

  it("is violated by one request at a backend of weight 0, lost requests or none", () => {
    expect(judgeDistribution(all, sampleOf({ v1: 300 })).status).toBe("held");
    expect(judgeDistribution(all, sampleOf({ v1: 299, v2: 1 })).status).toBe("violated");
    expect(judgeDistribution(all, sampleOf({ v1: 298, v2: 1 }, [dropped()])).status).toBe("violated");
  });

  it("is violated by one request at a backend that it does not name", () => {
    expect(judgeDistribution(plan, sampleOf({ v1: 300, v2: 99, stranger: 1 })).status).toBe("violated");
  });

  it("is unknown when answers were noted by no server", () => {
    const answered = [...many(300, () => okFrom("v1")), ...many(100, () => okFrom("v2"))];
    expect(judgeDistribution(plan, account(answered, new Map(), ["v1", "v2"])).status).toBe("unknown");
  });
});

describe("presence", () => {
  it.each([
    [{ v1: "some", v2: "some" }, { v1: 1, v2: 199 }, 0, "held"],
    [{ v1: "some", v2: "some" }, { v1: 200 }, 0, "violated"],
    [{ v1: "some", v2: "some" }, { v1: 199 }, 1, "unknown"],
    [{ v1: "some", v2: "none" }, { v1: 200 }, 0, "held"],
    [{ v1: "some", v2: "none" }, { v1: 199, v2: 1 }, 0, "violated"],
    [{ v1: "some", v2: "none" }, { v1: 198, v2: 1 }, 1, "violated"],
    [{ v1: "none", v2: "none" }, {}, 1, "unknown"],
  ] as const)("of %j with %j and %i lost is %s", (reach, counts, lost, status) => {
    expect(judgePresence(reach, sampleOf(counts, many(lost, dropped))).status).toBe(status);
  });
});

describe("the port of arrivals", () => {
  it.each([
    [[8081, 8081], "held", "2 at port 8081"],
    [[8081, 8080], "violated", "1 at port 8081, 1 at port 8080"],
    [[], "unknown", "nothing arrived"],
  ] as const)("%j is %s", (ports, status, observed) => {
    const arrivals = ports.map((port) => ({ port }));
    expect(judgePort(arrivals, 8081)).toEqual({ status, observed });
  });
});
