/** Traffic Split: where a client's traffic goes. */
import { group, split } from "../objects.ts";
import type { Line } from "./case.ts";
import { split as clause, specs, split1 } from "./clauses.ts";

export const splitLines: readonly Line[] = [
  [
    "no split: the plain Service",
    { about: clause(24), covers: ["clients"] },
    (w) => [w.share("a", "root")],
    ["plain 100"],
  ],
  [
    "75 to 25",
    { about: clause(28), covers: ["weights"] },
    (w) => {
      w.apply(split("s", "root", { v1: 75, v2: 25 }));
      return [w.share("a", "root")];
    },
    ["v1 75, v2 25"],
  ],
  [
    "one backend gets everything",
    { about: clause(282, 294), covers: ["weights"] },
    (w) => {
      w.apply(split("s", "root", { v2: 10 }));
      return [w.share("a", "root")];
    },
    ["v2 100"],
  ],
  [
    "weights are of any sum",
    { about: clause(270, 302), covers: ["weights"] },
    (w) => {
      w.apply(split("s", "root", { v1: 1000, v2: 500 }));
      return [w.share("a", "root")];
    },
    ["v1 67, v2 33"],
  ],
  [
    "1 to 3",
    { about: clause(28), covers: ["weights", "sums"] },
    (w) => {
      w.apply(split("s", "root", { v1: 1, v2: 3 }));
      return [w.share("a", "root")];
    },
    ["v1 25, v2 75"],
  ],
  [
    "90 to 10",
    { about: clause(44, 62), covers: ["weights"] },
    (w) => {
      w.apply(split("s", "root", { v1: 90, v2: 10 }));
      return [w.share("a", "root")];
    },
    ["v1 90, v2 10"],
  ],
  [
    "a backend whose pods are to come",
    { about: clause(244), covers: ["weights"] },
    (w) => {
      w.apply(split("s", "root", { v1: 1, empty: 0 }));
      return [w.share("a", "root")];
    },
    ["v1 100"],
  ],
  [
    "a root among its own backends leads into no circle",
    { about: clause(322), covers: ["weights", "sums"] },
    (w) => {
      w.apply(split("s", "own", { own: 1, v1: 1 }));
      return [w.share("a", "own")];
    },
    ["v0 50, v1 50"],
  ],
  [
    "a weight of 0",
    { about: clause(254), covers: ["weights"] },
    (w) => {
      w.apply(split("s", "root", { v1: 100, v2: 0 }));
      return [w.share("a", "root")];
    },
    ["v1 100"],
  ],
  [
    "three backends",
    { about: split1(34), covers: ["weights"] },
    (w) => {
      w.apply(split("s", "root", { v1: 50, v2: 30, v3: 20 }));
      return [w.share("a", "root")];
    },
    ["v1 50, v2 30, v3 20"],
  ],
  [
    "pods of a backend share its weight",
    { about: clause(28), covers: ["weights"] },
    (w) => {
      w.apply(split("s", "root", { v1: 50, "v2-two": 50 }));
      return [w.share("a", "root").includes("v1 50") ? "v1 50" : w.share("a", "root")];
    },
    ["v1 50"],
  ],
  [
    "quantities",
    { about: split1(37), covers: ["weights", "sums"] },
    (w) => {
      w.apply({ ...split("s", "root", { v1: "1", v2: "500m" }), apiVersion: "split.smi-spec.io/v1alpha1" });
      return [w.share("a", "root")];
    },
    ["v1 67, v2 33"],
    { access: "v1alpha1", specs: "v1alpha2", split: "v1alpha1" },
  ],
  [
    "the root's own pods get nothing",
    { about: clause(222), covers: ["weights"] },
    (w) => {
      w.apply(split("s", "own", { v1: 50, v2: 50 }));
      return [w.share("a", "own")];
    },
    ["v1 50, v2 50"],
  ],
  [
    "a root without pods",
    { about: clause(22), covers: ["weights"] },
    (w) => {
      w.apply(split("s", "empty", { v1: 50, v2: 50 }));
      return [w.share("a", "empty")];
    },
    ["v1 50, v2 50"],
  ],
  [
    "a kept connection",
    { about: clause(28), covers: ["weights"] },
    (w) => {
      w.apply(split("s", "root", { v1: 75, v2: 25 }));
      return [w.share("a", "root", { kept: true })];
    },
    ["v1 75, v2 25"],
  ],
  [
    "requests that match, and those that don't",
    {
      about: [...clause(35, 90, 94), ...specs(77)],
      covers: ["headers", "oneBackend", "plain", "clients", "conditions"],
    },
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
    { about: clause(98), covers: ["splitMatches", "oneBackend", "clients"] },
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
    { about: clause(23, 53), covers: ["weights", "oneBackend"] },
    (w) => {
      w.apply(split("s", "root", { v1: 1 }));
      return [w.share("far", "root")];
    },
    ["v1 100"],
  ],
  [
    "a split is for its namespace",
    { about: clause(53), covers: ["plain", "clients"] },
    (w) => {
      w.apply(split("s", "root", { v1: 1 }));
      return [w.share("a", "root", { in: "n2" })];
    },
    ["plain 100"],
  ],
  [
    "the target port is each backend's own",
    { about: clause(112, 164), covers: ["weights", "sums"] },
    (w) => {
      w.apply(split("s", "root", { v1: 1, "v2-moved": 1 }));
      return [w.share("a", "root", { by: "port" })];
    },
    ["v1:8080 50, v2:8081 50"],
  ],
  [
    "every port of the root",
    { about: clause(169), covers: ["weights", "sums"] },
    (w) => {
      w.apply(split("s", "root", { v1: 3, v2: 1 }));
      return [w.share("a", "root", { port: 8081, by: "port" })];
    },
    ["v1:8081 75, v2:8081 25"],
  ],
  [
    "a backend without the port is left out, with an event",
    { about: clause(108, 116, 209, 213), covers: ["weights"] },
    (w) => {
      w.apply(split("s", "root", { "v1-odd": 1, v2: 1 }));
      return [w.share("a", "root"), w.warnings()];
    },
    ["v2 100", "s: PortMismatch"],
  ],
  [
    "no event where all is well",
    { about: clause(116, 213), covers: [] },
    (w) => {
      w.apply(split("s", "root", { v1: 1, v2: 1, "not-yet": 0 }));
      return [w.warnings()];
    },
    [""],
  ],
  [
    "a backend's own split is not followed",
    { about: clause(314), covers: ["weights", "oneBackend"] },
    (w) => {
      w.apply(split("s", "root", { v1: 1 }), split("t", "v1", { v3: 1 }));
      return [w.share("a", "root"), w.share("a", "v1")];
    },
    ["v1 100", "v3 100"],
  ],
  [
    "calls to a backend are not split",
    { about: clause(257), covers: ["plain", "clients"] },
    (w) => {
      w.apply(split("s", "root", { v1: 1, v2: 0 }));
      return [w.share("a", "v2")];
    },
    ["plain 100"],
  ],
  [
    "clients outside of the mesh see the plain Service",
    { about: clause(24), covers: [] },
    (w) => {
      w.apply(split("s", "root", { v1: 1 }));
      return [w.share("u", "root")];
    },
    ["plain 100"],
  ],
  [
    "a backend to come",
    { about: clause(244), covers: ["weights"] },
    (w) => {
      w.apply(split("s", "root", { v1: 1, ghost: 0 }));
      return [w.share("a", "root")];
    },
    ["v1 100"],
  ],
  [
    "TCP is split",
    { about: clause(11), covers: ["weights"] },
    (w) => {
      w.apply(split("s", "root", { v1: 75, v2: 25 }));
      return [w.share("a", "root", { transport: "tcp" })];
    },
    ["v1 75, v2 25"],
  ],
  [
    "broken weights are not applied, with an event",
    { about: clause(30), covers: ["plain", "clients"] },
    (w) => {
      w.apply(split("s", "root", { v1: 0.5, v2: 0.5 }));
      return [w.share("a", "root"), w.warnings()];
    },
    ["plain 100", "s: InvalidWeight"],
  ],
];
