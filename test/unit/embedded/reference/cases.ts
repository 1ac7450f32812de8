/** What the specification says, case by case: what a world is asked, and the answers. Each fault changes one at least. */
import { account, everything, group, http, split, target, tcp, tcpRoute, udp, udpRoute } from "./objects.ts";
import type { Served, World } from "./world.ts";

export interface Case {
  readonly name: string;
  readonly served?: Served;
  readonly ask: (world: World) => readonly string[];
  readonly want: readonly string[];
}

type Line = readonly [name: string, ask: Case["ask"], want: readonly string[], served?: Served];

const two = group(
  "two",
  { name: "api", pathRegex: "/api", methods: ["*"] },
  { name: "metrics", pathRegex: "/metrics", methods: ["*"] },
);
const all = [http("all")];
/** One match of a group, granted to a. */
const granted = (world: World, ...matches: readonly Readonly<Record<string, unknown>>[]) =>
  world.apply(group("g", ...matches), target("t", ["a"], "b", [http("g")]));
const get = (world: World, ...requests: readonly string[]) => requests.map((request) => world.http("a", "b", request));

const accessLines: readonly Line[] = [
  [
    "all traffic is denied by default",
    (w) => [w.http("a", "b", "GET /"), w.tcp("a", "b", 9000), w.udp("a", "b", 9100)],
    ["403", "reset", "hang"],
  ],
  [
    "a listed source is allowed, another denied",
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      return [w.http("a", "b", "GET /"), w.http("c", "b", "GET /")];
    },
    ["yes", "403"],
  ],
  [
    "all of what is allowed is",
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      return [w.httpShare("a", "b", "GET /")];
    },
    ["yes 100"],
  ],
  [
    "several sources",
    (w) => {
      w.apply(everything, target("t", ["a", "d"], "b", all));
      return [w.http("a", "b", "GET /"), w.http("d", "b", "GET /"), w.http("c", "b", "GET /")];
    },
    ["yes", "yes", "403"],
  ],
  [
    "a source has a namespace",
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      return [w.http("far", "b", "GET /")];
    },
    ["403"],
  ],
  [
    "a source of another namespace",
    (w) => {
      w.apply(everything, target("t", [account("a", "n2")], "b", all));
      return [w.http("far", "b", "GET /"), w.http("a", "b", "GET /")];
    },
    ["yes", "403"],
  ],
  [
    "a target is for its destination",
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      return [w.http("a", "b2", "GET /")];
    },
    ["403"],
  ],
  [
    "a grant is for one way",
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      return [w.http("b", "a", "GET /")];
    },
    ["403"],
  ],
  [
    "several rules",
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
    (w) => {
      w.apply(two, target("t1", ["a"], "b", [http("two", "api")]), target("t2", ["c"], "b", [http("two", "metrics")]));
      return ["a", "c"].flatMap((from) => [w.http(from, "b", "GET /api"), w.http(from, "b", "GET /metrics")]);
    },
    ["yes", "403", "403", "yes"],
  ],
  [
    "named matches, and no other",
    (w) => {
      w.apply(two, target("t", ["a"], "b", [http("two", "metrics")]));
      return get(w, "GET /metrics", "GET /api");
    },
    ["yes", "403"],
  ],
  [
    "no matches named: all",
    (w) => {
      w.apply(two, target("t", ["a"], "b", [http("two")]));
      return get(w, "GET /metrics", "GET /api", "GET /x");
    },
    ["yes", "yes", "403"],
  ],
  [
    "an unknown match grants nothing",
    (w) => {
      w.apply(two, target("t", ["a"], "b", [http("two", "nope")]));
      return get(w, "GET /api");
    },
    ["403"],
  ],
  [
    "an absent route grants nothing",
    (w) => {
      w.apply(target("t", ["a"], "b", [http("nope"), tcp("nope")]));
      return [w.http("a", "b", "GET /"), w.tcp("a", "b", 9000)];
    },
    ["403", "reset"],
  ],
  [
    "a rule of an unknown kind grants nothing",
    (w) => {
      w.apply(everything, target("t", ["a"], "b", [{ kind: "FooRoute", name: "all" }]));
      return get(w, "GET /");
    },
    ["403"],
  ],
  [
    "no sources, no rules: nothing",
    (w) => {
      w.apply(everything, target("t1", [], "b", all), target("t2", ["a"], "b", []));
      return get(w, "GET /");
    },
    ["403"],
  ],
  [
    "TCPRoute: ports",
    (w) => {
      w.apply(tcpRoute("r", 9000, 9001), target("t", ["a"], "b", [tcp("r")]));
      return [9000, 9001, 9002].map((port) => w.tcp("a", "b", port)).concat(w.tcp("c", "b", 9000));
    },
    ["yes", "yes", "reset", "reset"],
  ],
  [
    "TCPRoute: no ports, all ports",
    (w) => {
      w.apply(tcpRoute("r"), target("t", ["a"], "b", [tcp("r")]));
      return [w.tcp("a", "b", 9000), w.tcp("c", "b", 9000)];
    },
    ["yes", "reset"],
  ],
  [
    "UDPRoute: ports",
    (w) => {
      w.apply(udpRoute("r", 9100), target("t", ["a"], "b", [udp("r")]));
      return [w.udp("a", "b", 9100), w.udp("a", "b", 9101), w.udp("c", "b", 9100)];
    },
    ["yes", "hang", "hang"],
  ],
  [
    "UDPRoute: no ports, all ports",
    (w) => {
      w.apply(udpRoute("r"), target("t", ["a"], "b", [udp("r")]));
      return [w.udp("a", "b", 9100), w.udp("c", "b", 9100)];
    },
    ["yes", "hang"],
  ],
  [
    "TCP and UDP of one port are two",
    (w) => {
      w.apply(tcpRoute("r", 8300, 8301), udpRoute("r", 8301, 8302), target("t", ["a"], "b", [tcp("r"), udp("r")]));
      return [w.tcp("a", "b", 8300), w.udp("a", "b", 8300), w.tcp("a", "b", 8302), w.udp("a", "b", 8302)];
    },
    ["yes", "hang", "reset", "yes"],
  ],
  [
    "a TCPRoute narrows a group",
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
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      return [w.http("a", "b", "GET /", { port: 8081 })];
    },
    ["yes"],
  ],
  [
    "headers are no identity",
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
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      return [w.http("u", "b", "GET /")];
    },
    ["403"],
  ],
  ["servers outside of the mesh enforce nothing", (w) => [w.http("a", "u", "GET /")], ["yes"]],
  [
    "destination.port",
    (w) => {
      w.apply(oldGroup, oldTarget(8080));
      return [w.http("a", "b", "GET /"), w.http("a", "b", "GET /", { port: 8081 })];
    },
    ["yes", "403"],
    { access: "v1alpha2", specs: "v1alpha3", split: "v1alpha3" },
  ],
  [
    "no destination.port: all ports",
    (w) => {
      w.apply(oldGroup, oldTarget());
      return [w.http("a", "b", "GET /"), w.http("a", "b", "GET /", { port: 8081 })];
    },
    ["yes", "yes"],
    { access: "v1alpha2", specs: "v1alpha3", split: "v1alpha3" },
  ],
];

const oldGroup = { ...everything, apiVersion: "specs.smi-spec.io/v1alpha3" };
function oldTarget(port?: number) {
  const destination = { ...account("b"), ...(port === undefined ? {} : { port }) };
  return { ...target("t", ["a"], destination, all), apiVersion: "access.smi-spec.io/v1alpha2" };
}

const specsLines: readonly Line[] = [
  [
    "HTTP/2 is HTTP",
    (w) => {
      granted(w, { name: "m", pathRegex: "/api" });
      return ["GET /api", "GET /x"].map((request) => w.http("a", "b", request, { protocol: "h2c" }));
    },
    ["yes", "403"],
  ],
  [
    "routes are nothing alone",
    (w) => {
      w.apply(everything);
      return get(w, "GET /");
    },
    ["403"],
  ],
  [
    "methods",
    (w) => {
      granted(w, { name: "m", pathRegex: ".*", methods: ["GET", "HEAD"] });
      return get(w, "GET /", "HEAD /", "POST /");
    },
    ["yes", "yes", "403"],
  ],
  [
    "the method *",
    (w) => {
      granted(w, { name: "m", pathRegex: ".*", methods: ["*"] });
      return get(w, "GET /", "PATCH /");
    },
    ["yes", "yes"],
  ],
  [
    "no methods: any",
    (w) => {
      granted(w, { name: "m", pathRegex: "/api" });
      return get(w, "GET /api", "POST /api");
    },
    ["yes", "yes"],
  ],
  [
    "paths are anchored at their beginning",
    (w) => {
      granted(w, { name: "m", pathRegex: "/api" });
      return get(w, "GET /api", "GET /v1/api", "GET /x", "GET /API");
    },
    ["yes", "403", "403", "403"],
  ],
  [
    "the end of a path is open",
    (w) => {
      granted(w, { name: "m", pathRegex: "/api" });
      return get(w, "GET /api/x");
    },
    ["yes"],
  ],
  [
    "a path is an expression",
    (w) => {
      granted(w, { name: "m", pathRegex: "/(api|item)/[0-9]+" });
      return get(w, "GET /api/42", "GET /item/1", "GET /item/ab");
    },
    ["yes", "yes", "403"],
  ],
  [
    "a path may begin with ^",
    (w) => {
      granted(w, { name: "m", pathRegex: "^/api" });
      return get(w, "GET /api", "GET /v1/api");
    },
    ["yes", "403"],
  ],
  [
    "every segment counts",
    (w) => {
      granted(w, { name: "m", pathRegex: "/api/x" });
      return get(w, "GET /api/x", "GET /api/y");
    },
    ["yes", "403"],
  ],
  [
    "dot segments do not lead out",
    (w) => {
      granted(w, { name: "m", pathRegex: "/public/.*" });
      return get(
        w,
        "GET /public/a",
        "GET /public/../admin",
        "GET /public/%2e%2e/admin",
        "GET /public/..%2fadmin",
        "GET //admin",
      );
    },
    ["yes", "403", "403", "403", "403"],
  ],
  [
    "a path that is no expression matches nothing, and its siblings do",
    (w) => {
      granted(w, { name: "broken", pathRegex: "([" }, { name: "sound", pathRegex: "/api" });
      return get(w, "GET /api", "GET /x");
    },
    ["yes", "403"],
  ],
  [
    "a header's value is an expression",
    (w) => {
      granted(w, { name: "m", headers: [{ "User-Agent": ".*Firefox.*" }] });
      return [
        w.http("a", "b", "GET /", { headers: { "user-agent": "a Firefox b" } }),
        w.http("a", "b", "GET /", { headers: { "user-agent": "Chrome" } }),
        w.http("a", "b", "GET /"),
      ];
    },
    ["yes", "403", "403"],
  ],
  [
    "headers of one match: and",
    (w) => {
      granted(w, { name: "m", headers: { "x-a": "1", "x-b": "2" } });
      return [{ "x-a": "1", "x-b": "2" }, { "x-a": "1" }, { "x-b": "2" }].map((headers) =>
        w.http("a", "b", "GET /", { headers }),
      );
    },
    ["yes", "403", "403"],
  ],
  [
    "headers of several matches: or",
    (w) => {
      granted(w, { name: "m", headers: { "x-a": "1" } }, { name: "n", headers: { "x-b": "2" } });
      return [{ "x-a": "1" }, { "x-b": "2" }, {}].map((headers) => w.http("a", "b", "GET /", { headers }));
    },
    ["yes", "yes", "403"],
  ],
  [
    "matches of a group: any, without their product",
    (w) => {
      granted(w, { name: "m", pathRegex: "/a", methods: ["GET"] }, { name: "n", pathRegex: "/b", methods: ["POST"] });
      return get(w, "GET /a", "POST /b", "POST /a", "GET /b");
    },
    ["yes", "yes", "403", "403"],
  ],
];

const splitLines: readonly Line[] = [
  ["no split: the plain Service", (w) => [w.share("a", "root")], ["plain 100"]],
  [
    "75 to 25",
    (w) => {
      w.apply(split("s", "root", { v1: 75, v2: 25 }));
      return [w.share("a", "root")];
    },
    ["v1 75, v2 25"],
  ],
  [
    "weights are of any sum",
    (w) => {
      w.apply(split("s", "root", { v1: 1000, v2: 500 }));
      return [w.share("a", "root")];
    },
    ["v1 67, v2 33"],
  ],
  [
    "1 to 3",
    (w) => {
      w.apply(split("s", "root", { v1: 1, v2: 3 }));
      return [w.share("a", "root")];
    },
    ["v1 25, v2 75"],
  ],
  [
    "90 to 10",
    (w) => {
      w.apply(split("s", "root", { v1: 90, v2: 10 }));
      return [w.share("a", "root")];
    },
    ["v1 90, v2 10"],
  ],
  [
    "a backend whose pods are to come",
    (w) => {
      w.apply(split("s", "root", { v1: 1, empty: 0 }));
      return [w.share("a", "root")];
    },
    ["v1 100"],
  ],
  [
    "a root among its own backends leads into no circle",
    (w) => {
      w.apply(split("s", "own", { own: 1, v1: 1 }));
      return [w.share("a", "own")];
    },
    ["v0 50, v1 50"],
  ],
  [
    "a weight of 0",
    (w) => {
      w.apply(split("s", "root", { v1: 100, v2: 0 }));
      return [w.share("a", "root")];
    },
    ["v1 100"],
  ],
  [
    "three backends",
    (w) => {
      w.apply(split("s", "root", { v1: 50, v2: 30, v3: 20 }));
      return [w.share("a", "root")];
    },
    ["v1 50, v2 30, v3 20"],
  ],
  [
    "pods of a backend share its weight",
    (w) => {
      w.apply(split("s", "root", { v1: 50, "v2-two": 50 }));
      return [w.share("a", "root").includes("v1 50") ? "v1 50" : w.share("a", "root")];
    },
    ["v1 50"],
  ],
  [
    "quantities",
    (w) => {
      w.apply({ ...split("s", "root", { v1: "1", v2: "500m" }), apiVersion: "split.smi-spec.io/v1alpha1" });
      return [w.share("a", "root")];
    },
    ["v1 67, v2 33"],
    { access: "v1alpha1", specs: "v1alpha2", split: "v1alpha1" },
  ],
  [
    "the root's own pods get nothing",
    (w) => {
      w.apply(split("s", "own", { v1: 50, v2: 50 }));
      return [w.share("a", "own")];
    },
    ["v1 50, v2 50"],
  ],
  [
    "a root without pods",
    (w) => {
      w.apply(split("s", "empty", { v1: 50, v2: 50 }));
      return [w.share("a", "empty")];
    },
    ["v1 50, v2 50"],
  ],
  [
    "a kept connection",
    (w) => {
      w.apply(split("s", "root", { v1: 75, v2: 25 }));
      return [w.share("a", "root", { kept: true })];
    },
    ["v1 75, v2 25"],
  ],
  [
    "requests that match, and those that don't",
    (w) => {
      w.apply(group("ab", { name: "m", headers: { "x-a": "1", "x-b": "2" } }), split("s", "root", { v2: 1 }, ["ab"]));
      return [
        w.share("a", "root", { headers: { "x-a": "1", "x-b": "2" } }),
        w.share("a", "root", { headers: { "x-a": "1" } }),
        w.share("a", "root"),
        w.share("a", "root", { transport: "tcp" }),
      ];
    },
    ["v2 100", "plain 100", "plain 100", "plain 100"],
  ],
  [
    "groups are merged",
    (w) => {
      w.apply(
        group("g1", { name: "m", headers: { "x-a": "1" } }),
        group("g2", { name: "m", headers: { "x-b": "2" } }),
        split("s", "root", { v2: 1 }, ["g1", "g2"]),
      );
      return [w.share("a", "root", { headers: { "x-a": "1" } }), w.share("a", "root", { headers: { "x-b": "2" } })];
    },
    ["v2 100", "v2 100"],
  ],
  [
    "backends are of the split's namespace",
    (w) => {
      w.apply(split("s", "root", { v1: 1 }));
      return [w.share("far", "root")];
    },
    ["v1 100"],
  ],
  [
    "a split is for its namespace",
    (w) => {
      w.apply(split("s", "root", { v1: 1 }));
      return [w.share("a", "root", { in: "n2" })];
    },
    ["plain 100"],
  ],
  [
    "the target port is each backend's own",
    (w) => {
      w.apply(split("s", "root", { v1: 1, "v2-moved": 1 }));
      return [w.share("a", "root", { by: "port" })];
    },
    ["v1:8080 50, v2:8081 50"],
  ],
  [
    "every port of the root",
    (w) => {
      w.apply(split("s", "root", { v1: 3, v2: 1 }));
      return [w.share("a", "root", { port: 8081, by: "port" })];
    },
    ["v1:8081 75, v2:8081 25"],
  ],
  [
    "a backend without the port is left out, with an event",
    (w) => {
      w.apply(split("s", "root", { "v1-odd": 1, v2: 1 }));
      return [w.share("a", "root"), w.warnings()];
    },
    ["v2 100", "s: PortMismatch"],
  ],
  [
    "no event where all is well",
    (w) => {
      w.apply(split("s", "root", { v1: 1, v2: 1, "not-yet": 0 }));
      return [w.warnings()];
    },
    [""],
  ],
  [
    "a backend's own split is not followed",
    (w) => {
      w.apply(split("s", "root", { v1: 1 }), split("t", "v1", { v3: 1 }));
      return [w.share("a", "root"), w.share("a", "v1")];
    },
    ["v1 100", "v3 100"],
  ],
  [
    "calls to a backend are not split",
    (w) => {
      w.apply(split("s", "root", { v1: 1, v2: 0 }));
      return [w.share("a", "v2")];
    },
    ["plain 100"],
  ],
  [
    "clients outside of the mesh see the plain Service",
    (w) => {
      w.apply(split("s", "root", { v1: 1 }));
      return [w.share("u", "root")];
    },
    ["plain 100"],
  ],
  [
    "a backend to come",
    (w) => {
      w.apply(split("s", "root", { v1: 1, ghost: 0 }));
      return [w.share("a", "root")];
    },
    ["v1 100"],
  ],
  [
    "TCP is split",
    (w) => {
      w.apply(split("s", "root", { v1: 75, v2: 25 }));
      return [w.share("a", "root", { transport: "tcp" })];
    },
    ["v1 75, v2 25"],
  ],
  [
    "broken weights are not applied, with an event",
    (w) => {
      w.apply(split("s", "root", { v1: 0.5, v2: 0.5 }));
      return [w.share("a", "root"), w.warnings()];
    },
    ["plain 100", "s: InvalidWeight"],
  ],
];

const lifecycleLines: readonly Line[] = [
  [
    "enforcement is the server's",
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      return [w.share("c", "b"), w.http("c", "b", "GET /")];
    },
    ["plain 100", "403"],
  ],
  [
    "a deleted target grants nothing",
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      w.remove("TrafficTarget", "t");
      return get(w, "GET /");
    },
    ["403"],
  ],
  [
    "a new target grants",
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      return get(w, "GET /");
    },
    ["yes"],
  ],
  [
    "a source removed",
    (w) => {
      w.apply(everything, target("t", ["a", "c"], "b", all), target("t", ["a"], "b", all));
      return [w.http("a", "b", "GET /"), w.http("c", "b", "GET /")];
    },
    ["yes", "403"],
  ],
  [
    "a source added",
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all), target("t", ["a", "c"], "b", all));
      return [w.http("c", "b", "GET /")];
    },
    ["yes"],
  ],
  [
    "a group changed",
    (w) => {
      granted(w, { name: "m", pathRegex: "/old" });
      w.apply(group("g", { name: "m", pathRegex: "/new" }));
      return get(w, "GET /new", "GET /old");
    },
    ["yes", "403"],
  ],
  [
    "a group deleted",
    (w) => {
      granted(w, { name: "m", pathRegex: "/" });
      w.remove("HTTPRouteGroup", "g");
      return get(w, "GET /");
    },
    ["403"],
  ],
  [
    "a target before its routes",
    (w) => {
      w.apply(target("t", ["a"], "b", all), everything);
      return get(w, "GET /");
    },
    ["yes"],
  ],
  [
    "a client restarted",
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      w.restart("a", 200);
      return get(w, "GET /");
    },
    ["yes"],
  ],
  [
    "a server restarted",
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      w.restart("b", 201);
      return [w.http("a", "b", "GET /"), w.http("c", "b", "GET /")];
    },
    ["yes", "403"],
  ],
  [
    "weights changed",
    (w) => {
      w.apply(split("s", "root", { v1: 3, v2: 1 }), split("s", "root", { v1: 1, v2: 3 }));
      return [w.share("a", "root")];
    },
    ["v1 25, v2 75"],
  ],
  [
    "a split deleted",
    (w) => {
      w.apply(split("s", "root", { v1: 1 }));
      w.remove("TrafficSplit", "s");
      return [w.share("a", "root")];
    },
    ["plain 100"],
  ],
];

export const cases: readonly Case[] = [...accessLines, ...specsLines, ...splitLines, ...lifecycleLines].map(
  ([name, ask, want, served]) => ({ name, ask, want, ...(served === undefined ? {} : { served }) }),
);
