/** Steps that make no sense where they stand are refused, with what is allowed there. */
import { describe, expect, it } from "vitest";
import { fixtureSchema } from "../../../../src/domain/assertion/fixture.ts";
import { lintOrder } from "../../../../src/domain/assertion/order.ts";
import { assertionFileOf } from "../../../fixtures/assertion.ts";

const fixture = fixtureSchema.parse({
  id: "f",
  title: "f",
  namespaces: ["n1", "n2"],
  workloads: { client: {}, v1: { role: "server", account: "backend" }, v2: { role: "server", account: "backend" } },
  services: [{ name: "root", selects: ["v1", "v2"], ports: [{ port: 8080 }] }],
  base: [{ tcpRoute: "base" }],
});
const ok = { from: "client", to: "root", get: "/", is: "ok" };
const weights = { from: "client", to: "root", requests: 100, reach: { v1: 3, v2: 1 } };
const some = { ...weights, reach: { v1: "some", v2: "some" } };
const route = { tcpRoute: "route" };
const split = { trafficSplit: "split", service: "root", backends: { v1: 3, v2: 1 } };
const event = { event: { trafficSplit: "split" }, is: "present" };

function found(...steps: readonly object[]) {
  const named = steps.map((step, index) => ({ name: `s${index}`, ...step }));
  return lintOrder(assertionFileOf([], { steps: named }), fixture);
}
const messages = (...steps: readonly object[]) => found(...steps).map(({ message }) => message);

describe("steps are in order where", () => {
  it.each([
    ["what is measured first is what stands", [{ expect: [ok, some] }]],
    ["an object is removed that a step has made", [{ apply: [route] }, { remove: [route] }, { expect: [ok] }]],
    [
      "an object is made and removed again and again",
      [{ apply: [route] }, { remove: [route] }, { apply: [route] }, { remove: [route] }, { expect: [ok] }],
    ],
    ["an object is changed several times at once", [{ apply: [route] }, { apply: [route] }, { expect: [ok] }]],
    ["weights follow a split", [{ apply: [split] }, { expect: [weights, event] }]],
    ["several expectations follow each other", [{ expect: [ok] }, { expect: [some] }]],
    [
      "a workload is scaled and scaled back",
      [
        { scale: { workload: "v2", replicas: 0 } },
        { expect: [ok] },
        { scale: { workload: "v2", replicas: 1 } },
        { expect: [ok] },
      ],
    ],
    [
      "a name of the fixture's is used in another namespace",
      [{ apply: [{ ...route, tcpRoute: "base", in: "n2" }] }, { expect: [ok] }],
    ],
  ])("%s", (_, steps) => {
    expect(messages(...steps)).toEqual([]);
  });
});

describe("steps are out of order where", () => {
  it("no expectation follows a change", () => {
    expect(found({ expect: [ok] }, { apply: [route] })).toEqual([
      {
        path: ["steps", 1],
        message: "no step after this change says what is expected of it",
        remedy: "Add a step `expect`, or leave the change out.",
      },
    ]);
  });

  it("an object is removed that no step makes", () => {
    const other = { tcpRoute: "other" };
    expect(found({ apply: [route] }, { remove: [other] }, { expect: [ok] })).toEqual([
      {
        path: ["steps", 1, "remove", 0],
        message: "TCPRoute other in n1 is not there to be removed: no step makes it",
        remedy: expect.stringContaining("There by now: TCPRoute route in n1."),
      },
    ]);
  });

  it("an object is removed before it is made, twice, or in another namespace", () => {
    expect(messages({ remove: [route] }, { apply: [route] }, { expect: [ok] })).toEqual([
      "TCPRoute route in n1 is not there to be removed: steps.1 makes it, which comes later",
    ]);
    expect(messages({ apply: [route] }, { remove: [route] }, { remove: [route] }, { expect: [ok] })).toEqual([
      "TCPRoute route in n1 is not there to be removed: it has been removed already",
    ]);
    expect(messages({ apply: [route] }, { remove: [{ ...route, in: "n2" }] }, { expect: [ok] })).toEqual([
      "TCPRoute route in n2 is not there to be removed: no step makes it",
    ]);
  });

  it("an object of the fixture is removed or overwritten", () => {
    const base = { tcpRoute: "base" };
    expect(messages({ remove: [base] }, { expect: [ok] })).toEqual([
      expect.stringMatching(/^TCPRoute base in n1 cannot be removed: it belongs to the fixture/),
    ]);
    expect(messages({ apply: [{ ...base, ports: [9000] }] }, { expect: [ok] })).toEqual([
      expect.stringMatching(/^TCPRoute base in n1 cannot be applied: it belongs to the fixture/),
    ]);
  });

  it("weights are expected before a split, or after it is gone", () => {
    const message = "weights are expected where no TrafficSplit is in force";
    expect(found({ expect: [weights] })).toMatchObject([{ path: ["steps", 0, "expect", 0, "reach"], message }]);
    expect(messages({ expect: [weights] }, { apply: [split] }, { expect: [weights] })).toEqual([message]);
    expect(
      messages(
        { apply: [split] },
        { expect: [weights] },
        { remove: [{ trafficSplit: "split" }] },
        { expect: [weights] },
      ),
    ).toEqual([message]);
  });

  it("an event is expected about a split that is not there yet", () => {
    expect(found({ expect: [event] }, { apply: [split] }, { expect: [event] })).toEqual([
      {
        path: ["steps", 0, "expect", 0, "event", "trafficSplit"],
        message: 'no step before this one applies a TrafficSplit "split"',
        remedy: "Applied by now: none.",
      },
    ]);
  });

  it("a workload is changed into what it is", () => {
    expect(found({ scale: { workload: "v1", replicas: 1 } }, { expect: [ok] })).toEqual([
      {
        path: ["steps", 0, "scale"],
        message: "nothing changes: v1 has 1 replicas already",
        remedy: "Leave the step out, or change something.",
      },
    ]);
    expect(messages({ setAccount: { workload: "v1", account: "backend" } }, { expect: [ok] })).toEqual([
      "nothing changes: v1 runs under backend already",
    ]);
  });

  it("none up to an expectation has a name", () => {
    const steps = [{ apply: [route] }, { expect: [ok] }, { name: "later", expect: [ok] }];
    expect(lintOrder(assertionFileOf([], { steps }), fixture)).toEqual([
      {
        path: ["steps", 0],
        message: "none of the steps up to the next expectations has a name to report them by",
        remedy: "Give this step a name: what holds from here on.",
      },
    ]);
  });
});
