/** Tags are read off an assertion. */
import { describe, expect, it } from "vitest";
import { readCatalogue } from "../../../../src/adapters/files/catalogue.ts";
import { tags, tagsOf } from "../../../../src/domain/assertion/tags.ts";
import { assertionOf } from "../../../fixtures/assertion.ts";

const probe = { from: "client", to: "server", is: "ok" };
const refused = { ...probe, from: "other-client", is: "refused" };
const group = { httpRouteGroup: "g", matches: "all" };
const filtered = { httpRouteGroup: "g", matches: [{ name: "h", headers: { "x-a": "1" } }] };
const expected = [probe, refused];

describe("tags", () => {
  it.each([
    [["http"], [expected]],
    [["http", "http2"], [[{ ...probe, protocol: "h2c" }, refused]]],
    [["http", "tcp"], [[{ ...probe, tcp: "client-first" }, refused]]],
    [["http", "udp"], [[{ ...probe, udp: true }, refused]]],
    [["http", "sample"], [[{ from: "client", to: "root", requests: 9, reach: { v1: "some" } }]]],
    [["api", "definition"], [[{ crd: "TCPRoute", is: "served" }]]],
    [["api", "definition"], [[{ versions: "compatible" }]]],
    [["api", "headers"], [[{ submit: filtered, is: "stored" }]]],
    [["event"], [[{ event: { trafficSplit: "s" }, is: "present" }]]],
    [["http", "headers"], [{ apply: [filtered], expect: expected }]],
    [
      ["http", "update"],
      [
        { apply: [group], expect: expected },
        { apply: [group], expect: expected },
      ],
    ],
    [
      ["http"],
      [
        { apply: [group], expect: expected },
        { apply: [{ ...group, in: "n2" }], expect: expected },
      ],
    ],
    [
      ["http", "delete"],
      [
        { apply: [group], expect: expected },
        { remove: [{ httpRouteGroup: "g" }], expect: expected },
      ],
    ],
  ])("are %j where that is what it does", (found, stages) => {
    expect(tagsOf(assertionOf(stages))).toEqual(found);
  });

  it("say what the head says", () => {
    const head = { observed: true, exclusive: true, unless: "recursive-splits", level: "none" };
    expect(tagsOf(assertionOf([expected], head))).toEqual(["http", "observed", "open-question", "exclusive"]);
    const steps = [{ name: "p", restart: { workload: "server" } }, { expect: expected }];
    expect(tagsOf(assertionOf([], { steps }))).toEqual(["http", "workload"]);
  });

  it("each belong to some bundled assertion, and not to all", async () => {
    const { assertions } = await readCatalogue("assertions");
    for (const tag of tags) {
      const tagged = assertions.filter((assertion) => tagsOf(assertion).includes(tag));
      expect(`${tag} ${tagged.length > 0 && tagged.length < assertions.length}`).toBe(`${tag} true`);
    }
  });
});
