/** Traffic Access: who may call whom. */
import { account, everything, group, http, target, tcp, tcpRoute, udp, udpRoute } from "../objects.ts";
import type { Line } from "./case.ts";
import { access, access1, access2, specs } from "./clauses.ts";
import { all, get } from "./granting.ts";

const two = group(
  "two",
  { name: "api", pathRegex: "/api", methods: ["*"] },
  { name: "metrics", pathRegex: "/metrics", methods: ["*"] },
);

const oldGroup = { ...everything, apiVersion: "specs.smi-spec.io/v1alpha3" };
function oldTarget(port?: number) {
  const destination = { ...account("b"), ...(port === undefined ? {} : { port }) };
  return { ...target("t", ["a"], destination, all), apiVersion: "access.smi-spec.io/v1alpha2" };
}

export const accessLines: readonly Line[] = [
  [
    "all traffic is denied by default",
    { about: access(15), covers: ["refusals"] },
    (w) => [w.http("a", "b", "GET /"), w.tcp("a", "b", 9000), w.udp("a", "b", 9100)],
    ["403", "reset", "hang"],
  ],
  [
    "a listed source is allowed, another denied",
    { about: access(25, 115), covers: ["refusals", "grants", "paths"] },
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      return [w.http("a", "b", "GET /"), w.http("c", "b", "GET /")];
    },
    ["yes", "403"],
  ],
  [
    "all of what is allowed is",
    { about: access(23), covers: ["grants", "paths"] },
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      return [w.httpShare("a", "b", "GET /")];
    },
    ["yes 100"],
  ],
  [
    "several sources",
    { about: access(187), covers: ["refusals", "grants", "paths"] },
    (w) => {
      w.apply(everything, target("t", ["a", "d"], "b", all));
      return [w.http("a", "b", "GET /"), w.http("d", "b", "GET /"), w.http("c", "b", "GET /")];
    },
    ["yes", "yes", "403"],
  ],
  [
    "a source has a namespace",
    { about: access(193), covers: ["refusals"] },
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      return [w.http("far", "b", "GET /")];
    },
    ["403"],
  ],
  [
    "a source of another namespace",
    { about: access(193), covers: ["refusals", "grants", "paths"] },
    (w) => {
      w.apply(everything, target("t", [account("a", "n2")], "b", all));
      return [w.http("far", "b", "GET /"), w.http("a", "b", "GET /")];
    },
    ["yes", "403"],
  ],
  [
    "a target is for its destination",
    { about: access(96), covers: ["refusals"] },
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      return [w.http("a", "b2", "GET /")];
    },
    ["403"],
  ],
  [
    "a grant is for one way",
    { about: access(20), covers: ["refusals"] },
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      return [w.http("b", "a", "GET /")];
    },
    ["403"],
  ],
  [
    "several rules",
    { about: access(83, 204), covers: ["refusals", "grants", "paths"] },
    (w) => {
      w.apply(
        group("g1", { name: "x", pathRegex: "/x" }),
        group("g2", { name: "y", pathRegex: "/y" }),
        target("t", ["a"], "b", [http("g1"), http("g2")]),
      );
      return get(w, "GET /x", "GET /y", "GET /z");
    },
    ["yes", "yes", "403"],
  ],
  [
    "targets add up, without their product",
    { about: access(15, 194), covers: ["refusals", "grants", "paths", "matches", "conditions"] },
    (w) => {
      w.apply(two, target("t1", ["a"], "b", [http("two", "api")]), target("t2", ["c"], "b", [http("two", "metrics")]));
      return ["a", "c"].flatMap((from) => [w.http(from, "b", "GET /api"), w.http(from, "b", "GET /metrics")]);
    },
    ["yes", "403", "403", "yes"],
  ],
  [
    "named matches, and no other",
    { about: access(86, 97), covers: ["refusals", "grants", "paths", "matches", "conditions"] },
    (w) => {
      w.apply(two, target("t", ["a"], "b", [http("two", "metrics")]));
      return get(w, "GET /metrics", "GET /api");
    },
    ["yes", "403"],
  ],
  [
    "no matches named: all",
    { about: access(97), covers: ["refusals", "grants", "paths", "matches", "conditions"] },
    (w) => {
      w.apply(two, target("t", ["a"], "b", [http("two")]));
      return get(w, "GET /metrics", "GET /api", "GET /x");
    },
    ["yes", "yes", "403"],
  ],
  [
    "an unknown match grants nothing",
    { about: access(26), covers: ["refusals", "matches"] },
    (w) => {
      w.apply(two, target("t", ["a"], "b", [http("two", "nope")]));
      return get(w, "GET /api");
    },
    ["403"],
  ],
  [
    "an absent route grants nothing",
    { about: access(26), covers: ["refusals"] },
    (w) => {
      w.apply(target("t", ["a"], "b", [http("nope"), tcp("nope")]));
      return [w.http("a", "b", "GET /"), w.tcp("a", "b", 9000)];
    },
    ["403", "reset"],
  ],
  [
    "a rule of an unknown kind grants nothing",
    { about: access(83), covers: ["refusals"] },
    (w) => {
      w.apply(everything, target("t", ["a"], "b", [{ kind: "FooRoute", name: "all" }]));
      return get(w, "GET /");
    },
    ["403"],
  ],
  [
    "no sources, no rules: nothing",
    { about: access(39), covers: ["refusals", "targets"] },
    (w) => {
      w.apply(everything, target("t1", [], "b", all), target("t2", ["a"], "b", []));
      return get(w, "GET /");
    },
    ["403"],
  ],
  [
    "TCPRoute: ports",
    { about: [...access(25, 99), ...specs(140)], covers: ["refusals", "grants"] },
    (w) => {
      w.apply(tcpRoute("r", 9000, 9001), target("t", ["a"], "b", [tcp("r")]));
      return [9000, 9001, 9002].map((port) => w.tcp("a", "b", port)).concat(w.tcp("c", "b", 9000));
    },
    ["yes", "yes", "reset", "reset"],
  ],
  [
    "TCPRoute: no ports, all ports",
    { about: [...access(102), ...specs(153)], covers: ["refusals", "grants"] },
    (w) => {
      w.apply(tcpRoute("r"), target("t", ["a"], "b", [tcp("r")]));
      return [w.tcp("a", "b", 9000), w.tcp("c", "b", 9000)];
    },
    ["yes", "reset"],
  ],
  [
    "UDPRoute: ports",
    { about: [...access(200), ...specs(165)], covers: ["refusals", "grants", "udp"] },
    (w) => {
      w.apply(udpRoute("r", 9100), target("t", ["a"], "b", [udp("r")]));
      return [w.udp("a", "b", 9100), w.udp("a", "b", 9101), w.udp("c", "b", 9100)];
    },
    ["yes", "hang", "hang"],
  ],
  [
    "UDPRoute: no ports, all ports",
    { about: specs(180), covers: ["refusals", "grants"] },
    (w) => {
      w.apply(udpRoute("r"), target("t", ["a"], "b", [udp("r")]));
      return [w.udp("a", "b", 9100), w.udp("c", "b", 9100)];
    },
    ["yes", "hang"],
  ],
  [
    "TCP and UDP of one port are two",
    { about: access(244), covers: ["refusals", "grants", "rules", "ports"] },
    (w) => {
      w.apply(tcpRoute("r", 8300, 8301), udpRoute("r", 8301, 8302), target("t", ["a"], "b", [tcp("r"), udp("r")]));
      return [w.tcp("a", "b", 8300), w.udp("a", "b", 8300), w.tcp("a", "b", 8302), w.udp("a", "b", 8302)];
    },
    ["yes", "hang", "reset", "yes"],
  ],
  [
    "a TCPRoute narrows a group",
    { about: access(125, 198), covers: ["refusals", "grants", "rules", "ports", "paths", "matches", "conditions"] },
    (w) => {
      w.apply(tcpRoute("r", 8080), two, target("t", ["a"], "b", [tcp("r"), http("two", "metrics")]));
      return [
        w.http("a", "b", "GET /metrics"),
        w.http("a", "b", "GET /x"),
        w.http("a", "b", "GET /metrics", { port: 8081 }),
      ];
    },
    ["yes", "403", "403"],
  ],
  [
    "a group alone is for all ports",
    { about: access(102), covers: ["grants", "paths"] },
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      return [w.http("a", "b", "GET /", { port: 8081 })];
    },
    ["yes"],
  ],
  [
    "headers are no identity",
    { about: access(13, 110), covers: ["refusals"] },
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      return [
        w.http("c", "b", "GET /", { headers: { servicename: "a" } }),
        w.http("c", "b", "GET /", { headers: { "x-forwarded-for": "127.1.0.1" } }),
      ];
    },
    ["403", "403"],
  ],
  [
    "clients outside of the mesh have no identity",
    { about: access(13, 25), covers: ["refusals"] },
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      return [w.http("u", "b", "GET /")];
    },
    ["403"],
  ],
  [
    "servers outside of the mesh enforce nothing",
    { about: access(21), covers: [] },
    (w) => [w.http("a", "u", "GET /")],
    ["yes"],
  ],
  [
    "destination.port",
    { about: [...access1(86), ...access2(88)], covers: ["refusals", "grants", "paths"] },
    (w) => {
      w.apply(oldGroup, oldTarget(8080));
      return [w.http("a", "b", "GET /"), w.http("a", "b", "GET /", { port: 8081 })];
    },
    ["yes", "403"],
    { access: "v1alpha2", specs: "v1alpha3", split: "v1alpha3" },
  ],
  [
    "no destination.port: all ports",
    { about: access2(89), covers: ["grants", "paths"] },
    (w) => {
      w.apply(oldGroup, oldTarget());
      return [w.http("a", "b", "GET /"), w.http("a", "b", "GET /", { port: 8081 })];
    },
    ["yes", "yes"],
    { access: "v1alpha2", specs: "v1alpha3", split: "v1alpha3" },
  ],
];
