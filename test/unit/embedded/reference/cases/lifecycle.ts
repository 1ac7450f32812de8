/** Changes of objects and pods. */
import { everything, group, split, target } from "../objects.ts";
import type { Line } from "./case.ts";
import { access, split as clause } from "./clauses.ts";
import { all, get, granted } from "./granting.ts";

export const lifecycleLines: readonly Line[] = [
  [
    "enforcement is the server's",
    { about: access(110), covers: ["refusals", "plain"] },
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      return [w.share("c", "b"), w.http("c", "b", "GET /")];
    },
    ["plain 100", "403"],
  ],
  [
    "a deleted target grants nothing",
    { about: access(15), covers: ["refusals"] },
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      w.remove("TrafficTarget", "t");
      return get(w, "GET /");
    },
    ["403"],
  ],
  [
    "a new target grants",
    { about: access(23), covers: ["grants", "paths"] },
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      return get(w, "GET /");
    },
    ["yes"],
  ],
  [
    "a source removed",
    { about: access(115), covers: ["refusals", "grants", "paths"] },
    (w) => {
      w.apply(everything, target("t", ["a", "c"], "b", all), target("t", ["a"], "b", all));
      return [w.http("a", "b", "GET /"), w.http("c", "b", "GET /")];
    },
    ["yes", "403"],
  ],
  [
    "a source added",
    { about: access(115), covers: ["grants", "paths", "sources"] },
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all), target("t", ["a", "c"], "b", all));
      return [w.http("c", "b", "GET /")];
    },
    ["yes"],
  ],
  [
    "a group changed",
    { about: access(21), covers: ["refusals", "grants", "paths"] },
    (w) => {
      granted(w, { name: "m", pathRegex: "/old" });
      w.apply(group("g", { name: "m", pathRegex: "/new" }));
      return get(w, "GET /new", "GET /old");
    },
    ["yes", "403"],
  ],
  [
    "a group deleted",
    { about: access(26), covers: ["refusals"] },
    (w) => {
      granted(w, { name: "m", pathRegex: "/" });
      w.remove("HTTPRouteGroup", "g");
      return get(w, "GET /");
    },
    ["403"],
  ],
  [
    "a target before its routes",
    { about: access(21), covers: ["grants", "paths"] },
    (w) => {
      w.apply(target("t", ["a"], "b", all), everything);
      return get(w, "GET /");
    },
    ["yes"],
  ],
  [
    "a client restarted",
    { about: access(30), covers: ["grants", "paths"] },
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      w.restart("a", 200);
      return get(w, "GET /");
    },
    ["yes"],
  ],
  [
    "a server restarted",
    { about: access(21, 30), covers: ["refusals", "grants", "paths"] },
    (w) => {
      w.apply(everything, target("t", ["a"], "b", all));
      w.restart("b", 201);
      return [w.http("a", "b", "GET /"), w.http("c", "b", "GET /")];
    },
    ["yes", "403"],
  ],
  [
    "weights changed",
    { about: clause(260), covers: ["weights", "sums"] },
    (w) => {
      w.apply(split("s", "root", { v1: 3, v2: 1 }), split("s", "root", { v1: 1, v2: 3 }));
      return [w.share("a", "root")];
    },
    ["v1 25, v2 75"],
  ],
  [
    "a split deleted",
    { about: clause(298), covers: ["plain", "clients"] },
    (w) => {
      w.apply(split("s", "root", { v1: 1 }));
      w.remove("TrafficSplit", "s");
      return [w.share("a", "root")];
    },
    ["plain 100"],
  ],
];
