/** Names that nothing has are found before a cluster is created, with those that there are. */
import { describe, expect, it } from "vitest";
import { type Fixture, fixtureSchema } from "../../../../src/domain/assertion/fixture.ts";
import { lintFixture } from "../../../../src/domain/assertion/fixture-soundness.ts";
import { lintNames } from "../../../../src/domain/assertion/names.ts";
import { assertionFileOf } from "../../../fixtures/assertion.ts";

const given = {
  id: "f",
  title: "f",
  namespaces: ["n1", "n2"],
  workloads: { client: {}, server: { role: "server" }, "client-in-n2": { in: "n2", account: "client" } },
  services: [
    { name: "server", in: "n1", selects: ["server"], ports: [{ port: 8080 }] },
    { name: "server-tcp", in: "n1", selects: ["server"], protocol: "tcp", ports: [{ port: 9000 }] },
  ],
};
const fixture = fixtureSchema.parse(given);

const ok = { from: "client", to: "server", get: "/", is: "ok" };
const group = { httpRouteGroup: "routes", matches: [{ name: "api", pathRegex: "/api" }] };
const target = {
  trafficTarget: "t",
  destination: "server",
  sources: ["client"],
  rules: [{ httpRouteGroup: "routes" }],
};

function found(steps: readonly object[], head: object = {}, of: Fixture = fixture) {
  const named = steps.map((step, index) => ({ name: `s${index}`, ...step }));
  return lintNames(assertionFileOf([], { steps: named, ...head }), of);
}
const applied = (resource: object, head: object = {}) => found([{ apply: [group, resource] }, { expect: [ok] }], head);
const expected = (expectation: object) => found([{ expect: [expectation] }]);
const submitted = (submit: object, more: object = {}) => found([{ expect: [{ submit, is: "stored", ...more }] }]);

describe("names that a fixture has are no mistake", () => {
  it.each([
    ["a probe", [{ expect: [ok] }]],
    [
      "a probe of TCP, of the service whose name says so",
      [{ expect: [{ ...ok, get: undefined, tcp: "client-first" }] }],
    ],
    ["a target", [{ apply: [group, target] }, { expect: [ok] }]],
    ["a route that comes later", [{ apply: [target] }, { apply: [group] }, { expect: [ok] }]],
    [
      "an account in its namespace",
      [{ apply: [group, { ...target, sources: [{ account: "client", in: "n2" }] }] }, { expect: [ok] }],
    ],
    [
      "an account by its workload",
      [{ apply: [group, { ...target, sources: [{ account: "client-in-n2", in: "n2" }] }] }, { expect: [ok] }],
    ],
    [
      "a route that only is submitted",
      [{ expect: [{ submit: { tcpRoute: "x" }, is: "stored", with: [{ ...target, rules: [{ tcpRoute: "x" }] }] }] }],
    ],
    [
      "a rule that is submitted alone",
      [{ expect: [{ submit: { ...target, rules: [{ tcpRoute: "nobody" }] }, is: "stored" }] }],
    ],
  ])("in %s", (_, steps) => {
    expect(found(steps)).toEqual([]);
  });

  it("where it has no workloads and no services: such objects are stored and followed by nobody", () => {
    const api = fixtureSchema.parse({ id: "api", title: "api", namespaces: ["n1"], workloads: {} });
    const split = { trafficSplit: "s", service: "root", backends: { v1: 1 } };
    const anyone = { ...target, destination: { account: "a", in: "n1" }, sources: [{ account: "b", in: "n1" }] };
    const expectations = [split, anyone].map((submit) => ({ submit, is: "stored" }));
    expect(found([{ expect: expectations }], {}, api)).toEqual([]);
  });
});

describe("a name that nothing has", () => {
  it.each([
    ["from", expected({ ...ok, from: "clinet" }), ["from"], 'has no workload "clinet"', "Did you mean client?"],
    ["to", expected({ ...ok, to: "servre" }), ["to"], 'has no http service "servre"', "It has server."],
    ["to by UDP", expected({ ...ok, get: undefined, udp: true }), ["to"], 'no udp service "server"', "It has none."],
    ["in", expected({ ...ok, in: "n3" }), ["in"], 'has no namespace "n3"', "It has n1, n2."],
    ["port", expected({ ...ok, port: 81 }), ["port"], "service server has no port 81", "Its ports: 8080."],
    ["ready", expected({ ready: "sever", is: "recorded" }), ["ready"], 'no workload "sever"', "Did you mean server?"],
    [
      "reach",
      expected({ from: "client", to: "server", requests: 9, reach: { serve: "some" } }),
      ["reach", "serve"],
      'no workload behind a service "serve"',
      "Did you mean server?",
    ],
    [
      "arriveAt",
      expected({ from: "client", to: "server", requests: 9, reach: { server: "some" }, arriveAt: { v9: 8080 } }),
      ["arriveAt", "v9"],
      'no workload behind a service "v9"',
      "It has ",
    ],
    [
      "submit",
      submitted({ ...target, destination: "sever" }),
      ["submit", "destination"],
      'no workload "sever"',
      "Did you mean server?",
    ],
    [
      "validVariant",
      submitted(target, { validVariant: { ...target, sources: ["clien"] } }),
      ["validVariant", "sources", 0],
      'no workload "clien"',
      "Did you mean client",
    ],
    [
      "staysRefused",
      submitted(target, { staysRefused: { from: "me", to: "server" } }),
      ["staysRefused", "from"],
      'no workload "me"',
      "It has ",
    ],
    [
      "marker",
      submitted(target, { marker: { apply: [group], probe: { from: "client", to: "you" } } }),
      ["marker", "probe", "to"],
      'no http service "you"',
      "It has server.",
    ],
  ])("is found in %s", (_, mistakes, path, message, remedy) => {
    expect(mistakes).toMatchObject([{ path: ["steps", 0, "expect", 0, ...path] }]);
    expect(mistakes[0]?.message).toContain(message);
    expect(mistakes[0]?.remedy).toContain(remedy);
  });

  it.each([
    ["a destination", { ...target, destination: "sever" }, ["destination"], 'has no workload "sever"'],
    ["a source", { ...target, sources: ["client", "nobody"] }, ["sources", 1], 'has no workload "nobody"'],
    [
      "an account",
      { ...target, sources: [{ account: "nobody", in: "n1" }] },
      ["sources", 0, "account"],
      'no account "nobody"',
    ],
    [
      "an account's namespace",
      { ...target, sources: [{ account: "client", in: "n9" }] },
      ["sources", 0, "in"],
      'no namespace "n9"',
    ],
    ["a namespace", { ...target, rules: [], in: "n9" }, ["in"], 'has no namespace "n9"'],
    [
      "a group",
      { ...target, rules: [{ httpRouteGroup: "route" }] },
      ["rules", 0, "httpRouteGroup"],
      'no httpRouteGroup "route"',
    ],
    [
      "a match",
      { ...target, rules: [{ httpRouteGroup: "routes", matches: ["apy"] }] },
      ["rules", 0, "matches", 0],
      'no match of httpRouteGroup routes "apy"',
    ],
    ["a TCPRoute", { ...target, rules: [{ tcpRoute: "tcp" }] }, ["rules", 0, "tcpRoute"], 'no tcpRoute "tcp"'],
    ["a root", { trafficSplit: "s", service: "rot", backends: { server: 1 } }, ["service"], 'no service "rot"'],
    [
      "a backend",
      { trafficSplit: "s", service: "server", backends: { ghost: 1 } },
      ["backends", "ghost"],
      'no service "ghost"',
    ],
    [
      "a group of a split",
      { trafficSplit: "s", service: "server", backends: { server: 1 }, matches: ["ab"] },
      ["matches", 0],
      'no httpRouteGroup "ab"',
    ],
  ])("is found as %s of what is applied", (_, resource, path, message) => {
    const mistakes = applied(resource);
    expect(mistakes).toMatchObject([{ path: ["steps", 0, "apply", 1, ...path] }]);
    expect(mistakes[0]?.message).toContain(message);
  });

  it.each([
    ["scale", { scale: { workload: "v1", replicas: 2 } }, "workload", 'no workload "v1"'],
    ["restart", { restart: { workload: "v1" } }, "workload", 'no workload "v1"'],
    ["setAccount", { setAccount: { workload: "v1", account: "client" } }, "workload", 'no workload "v1"'],
    ["setAccount", { setAccount: { workload: "server", account: "root" } }, "account", 'no account "root"'],
  ])("is found in a step %s", (operation, step, key, message) => {
    const mistakes = found([step, { expect: [ok] }]);
    expect(mistakes).toMatchObject([{ path: ["steps", 0, operation, key] }]);
    expect(mistakes[0]?.message).toContain(message);
  });

  it("may be meant: then it stands in the list absent", () => {
    const dangling = { ...target, rules: [{ httpRouteGroup: "routes", matches: ["nope"] }, { tcpRoute: "ghost" }] };
    expect(applied(dangling)).toHaveLength(2);
    expect(applied(dangling, { absent: ["nope", "ghost"] })).toEqual([]);
    const split = { trafficSplit: "s", service: "server", backends: { ghost: 1 }, matches: ["ghost"] };
    expect(applied(split, { absent: ["ghost"] })).toEqual([]);
    expect(applied({ ...target, sources: ["ghost"] }, { absent: ["ghost"] })).toEqual([]);
  });

  it("is not in that list for nothing", () => {
    expect(applied(target, { absent: ["ghost", "client"] })).toMatchObject([
      { path: ["absent", 0], message: expect.stringContaining('"ghost" is said to be absent') },
      { path: ["absent", 1], message: expect.stringContaining('"client" is said to be absent') },
    ]);
  });
});

describe("a fixture", () => {
  const faults = (more: object) => lintFixture(fixtureSchema.parse({ ...given, ...more }));

  it("is sound", () => {
    expect(lintFixture(fixture)).toEqual([]);
  });

  it.each([
    [
      "a workload in a namespace that is not there",
      { workloads: { client: { in: "n9" }, server: {} } },
      ["workloads", "client", "in"],
      'no namespace "n9"',
    ],
    [
      "a service that selects nobody",
      { services: [{ ...given.services[0], selects: ["serve"] }] },
      ["services", 0, "selects", 0],
      'no workload "serve"',
    ],
    [
      "two services of one name",
      { services: [given.services[0], given.services[0]] },
      ["services", 1, "name"],
      'services.0 in namespace n1 is called "server" too',
    ],
    [
      "a base resource for nobody",
      { base: [group, { ...target, sources: ["nobody"] }] },
      ["base", 1, "sources", 0],
      'no workload "nobody"',
    ],
    [
      "a steady state of nobody",
      { steadyState: [{ from: "client", to: "root" }] },
      ["steadyState", 0, "to"],
      'no http service "root"',
    ],
  ])("with %s is not", (_, more, path, message) => {
    const mistakes = faults(more);
    expect(mistakes).toMatchObject([{ path }]);
    expect(mistakes[0]?.message).toContain(message);
  });
});
