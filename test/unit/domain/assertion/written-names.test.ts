/** Labels, lengths, ports, requests and headers that could not be used as they are written are refused at their place. */
import { describe, expect, it } from "vitest";
import { applicationPorts } from "../../../../src/domain/assertion/application-ports.ts";
import { probeSchema, requestLine } from "../../../../src/domain/assertion/expectation.ts";
import { fixtureSchema } from "../../../../src/domain/assertion/fixture.ts";
import { lintFixture } from "../../../../src/domain/assertion/fixture-soundness.ts";
import { lintNames } from "../../../../src/domain/assertion/names.ts";
import { requestMistakes } from "../../../../src/domain/assertion/request-soundness.ts";
import { optionsFromEnv } from "../../../../src/workload/settings.ts";
import { assertionFileOf } from "../../../fixtures/assertion.ts";

const given = {
  id: "f",
  title: "f",
  namespaces: ["n1"],
  workloads: { client: {}, v1: { role: "server" }, v2: { role: "server" } },
  services: [
    { name: "root", selects: ["v1", "v2"], ports: [{ port: 8080 }] },
    { name: "v1", selects: ["v1"], ports: [{ port: 8080 }] },
    { name: "v1-tcp", selects: ["v1"], protocol: "tcp", ports: [{ port: 9000 }] },
  ],
};
const fixture = fixtureSchema.parse(given);
const placesIn = (change: object) =>
  lintFixture(fixtureSchema.parse({ ...given, ...change })).map(({ path }) => path.join("."));
const service = (more: object) => ({ services: [{ ...given.services[0], ...more }] });

it("a fixture as Kubernetes takes it has no mistake", () => {
  expect(placesIn({})).toEqual([]);
  const labels = { "app.kubernetes.io/name": "a.b_c-d", version: "" };
  expect(placesIn({ workloads: { ...given.workloads, client: { labels } } })).toEqual([]);
});

describe("a fixture is refused", () => {
  const long = (length: number) => "a".repeat(length);
  it.each([
    [
      "a label's value with a blank",
      { workloads: { ...given.workloads, client: { labels: { a: "b c" } } } },
      "workloads.client.labels.a",
    ],
    [
      "a label's value that is too long",
      { workloads: { ...given.workloads, client: { labels: { a: long(64) } } } },
      "workloads.client.labels.a",
    ],
    [
      "a label's key with a blank",
      { workloads: { ...given.workloads, client: { labels: { "a b": "c" } } } },
      "workloads.client.labels.a b",
    ],
    [
      "a label's key with two slashes",
      { workloads: { ...given.workloads, client: { labels: { "a/b/c": "c" } } } },
      "workloads.client.labels.a/b/c",
    ],
    [
      "a workload's name that is too long for its pods",
      { workloads: { ...given.workloads, [long(47)]: {} } },
      `workloads.${long(47)}`,
    ],
    ["a service's name that is too long", service({ name: long(64) }), "services.0.name"],
    ["a service's name that begins with a digit", service({ name: "1st" }), "services.0.name"],
    ["an alias that is too long", { namespaces: ["n1", long(31)] }, "namespaces.1"],
    ["a port on which nothing listens", service({ ports: [{ port: 8088 }] }), "services.0.ports.0.port"],
    [
      "a target on which nothing listens",
      service({ ports: [{ port: 80, targetPort: 9000 }] }),
      "services.0.ports.0.targetPort",
    ],
    [
      "a port that stands twice",
      service({ ports: [{ port: 8080 }, { port: 8080, targetPort: 8081 }] }),
      "services.0.ports.1.port",
    ],
    [
      "a rule of the base that names no route",
      { base: [{ trafficTarget: "t", rules: [{ tcpRoute: "r" }] }] },
      "base.0.rules.0.tcpRoute",
    ],
  ])("for %s", (_, change, place) => {
    expect(placesIn(change)).toEqual([place]);
  });
});

it("the ports are those on which the application listens", () => {
  const { httpPorts, tcpPorts, udpPorts } = optionsFromEnv({});
  expect(applicationPorts).toEqual({ http: httpPorts, tcp: tcpPorts, udp: udpPorts });
});

describe("a sample", () => {
  const sample = (more: object) =>
    lintNames(
      assertionFileOf([], { steps: [{ name: "s", expect: [{ from: "client", to: "root", requests: 10, ...more }] }] }),
      fixture,
    ).map(({ path, remedy }) => `${path.slice(4).join(".")}: ${remedy}`);

  it("names workloads behind a service, and ports of the application", () => {
    expect(sample({ reach: { v1: "some", v2: "none" }, arriveAt: { v1: 8080 } })).toEqual([]);
    expect(sample({ reach: { v1: "some", "v-2": "none" } })).toEqual(["reach.v-2: Did you mean v2? It has v1, v2."]);
    expect(sample({ reach: { v1: "some", client: "none" } })).toEqual(["reach.client: It has v1, v2."]);
    expect(sample({ reach: { v1: "some" }, arriveAt: { v1: 9000 } })).toEqual([
      "arriveAt.v1: It listens on 8080, 8081.",
    ]);
  });
});

describe("a request", () => {
  const mistakes = (probe: object) =>
    requestMistakes(probeSchema.parse({ from: "client", to: "root", ...probe }), []).map(
      ({ path, remedy }) => `${path.join(".")}: ${remedy}`,
    );
  const blank = "Write a blank as %20, or add raw: true to send the path as it is written.";
  const ascii = "Give a path of visible ASCII characters; write the others as %XX.";

  it.each([
    [{ get: "/a?b=%20c#d" }, []],
    [{ send: "POST /with space" }, [`send: ${blank}`]],
    [{ send: "POST /with space", raw: true }, []],
    [{ get: "/a b" }, [`get: ${blank}`]],
    [{ get: "a" }, [`get: ${ascii}`]],
    [{ get: "/\u00e4" }, [`get: ${ascii}`]],
    [{ get: "/a\r\nx: y", raw: true }, [`get: ${ascii}`]],
    [{ headers: { "x-a": "b c", Cookie: "a=b; c" } }, []],
    [{ headers: { "x a": "b" } }, ["headers.x a: Give letters, digits and dashes."]],
    [{ headers: { a: " b" } }, ["headers.a: Give visible ASCII characters, with blanks only between them."]],
    [{ headers: { a: "b\r\nc: d" } }, ["headers.a: Give visible ASCII characters, with blanks only between them."]],
  ])("%j", (probe, expected) => {
    expect(mistakes(probe)).toEqual(expected);
  });

  it("is sent with all of its path", () => {
    expect(requestLine(probeSchema.parse({ from: "a", to: "b", send: "POST /with space" }))).toEqual({
      method: "POST",
      path: "/with space",
    });
  });
});
