import { describe, expect, it } from "vitest";
import {
  account,
  describeAccounting,
  exactlyAccounted,
  judgeDistribution,
  judgePort,
  judgePresence,
} from "../../../../src/domain/measurement/judge-sample.ts";
import type { Seen } from "../../../../src/domain/measurement/outcome.ts";
import { planSample } from "../../../../src/domain/statistics/sampling.ts";
import { appError, arrivalOf, dropped, infra, many, okFrom, refused } from "../../../fixtures/observations.ts";

/** A sample in which each backend answered so many, all noted. */
function sampleOf(counts: Readonly<Record<string, number>>, lost: readonly Seen[] = []) {
  const answered = Object.entries(counts).flatMap(([backend, n]) => many(n, () => okFrom(backend)));
  return account([...answered, ...lost], answered.map(arrivalOf), ["v1", "v2"]);
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
    const accounting = account([okFrom("v1")], [], ["v1"]);
    expect(accounting.unlogged).toBe(1);
    expect(exactlyAccounted(accounting)).toBe(false);
  });

  it("counts a repeated request once, and says so", () => {
    const one = okFrom("v1");
    const accounting = account([one], [arrivalOf(one), arrivalOf(one)], ["v1", "v2"]);
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

  it("holds within the intervals, with the counts of each bin", () => {
    const reading = judgeDistribution(plan, sampleOf({ v1: 300, v2: 100 }));
    expect(reading.status).toBe("held");
    expect(reading.bins.map(({ backend, observed }) => [backend, observed])).toEqual([
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
    expect(judgeDistribution(plan, account(answered, [], ["v1", "v2"])).status).toBe("unknown");
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
