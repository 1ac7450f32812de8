/** Traffic Specs: which requests a group describes. */
import { everything } from "../objects.ts";
import type { Line } from "./case.ts";
import { access, specs } from "./clauses.ts";
import { get, granted } from "./granting.ts";

export const specsLines: readonly Line[] = [
  [
    "HTTP/2 is HTTP",
    { about: specs(23), covers: ["refusals", "grants", "paths"] },
    (w) => {
      granted(w, { name: "m", pathRegex: "/api" });
      return ["GET /api", "GET /x"].map((request) => w.http("a", "b", request, { protocol: "h2c" }));
    },
    ["yes", "403"],
  ],
  [
    "routes are nothing alone",
    { about: specs(46, 201), covers: ["refusals"] },
    (w) => {
      w.apply(everything);
      return get(w, "GET /");
    },
    ["403"],
  ],
  [
    "methods",
    { about: specs(43, 121), covers: ["refusals", "grants", "paths", "methods", "conditions"] },
    (w) => {
      granted(w, { name: "m", pathRegex: ".*", methods: ["GET", "HEAD"] });
      return get(w, "GET /", "HEAD /", "POST /");
    },
    ["yes", "yes", "403"],
  ],
  [
    "the method *",
    { about: specs(44), covers: ["grants", "paths", "methods"] },
    (w) => {
      granted(w, { name: "m", pathRegex: ".*", methods: ["*"] });
      return get(w, "GET /", "PATCH /");
    },
    ["yes", "yes"],
  ],
  [
    "no methods: any",
    { about: specs(135), covers: ["grants", "paths"] },
    (w) => {
      granted(w, { name: "m", pathRegex: "/api" });
      return get(w, "GET /api", "POST /api");
    },
    ["yes", "yes"],
  ],
  [
    "paths are anchored at their beginning",
    { about: specs(42), covers: ["refusals", "grants"] },
    (w) => {
      granted(w, { name: "m", pathRegex: "/api" });
      return get(w, "GET /api", "GET /v1/api", "GET /x", "GET /API");
    },
    ["yes", "403", "403", "403"],
  ],
  [
    "the end of a path is open",
    { about: specs(42), covers: ["grants"] },
    (w) => {
      granted(w, { name: "m", pathRegex: "/api" });
      return get(w, "GET /api/x");
    },
    ["yes"],
  ],
  [
    "a path is an expression",
    { about: specs(42, 50), covers: ["refusals", "grants", "paths"] },
    (w) => {
      granted(w, { name: "m", pathRegex: "/(api|item)/[0-9]+" });
      return get(w, "GET /api/42", "GET /item/1", "GET /item/ab");
    },
    ["yes", "yes", "403"],
  ],
  [
    "a path may begin with ^",
    { about: specs(42), covers: ["refusals", "grants", "paths"] },
    (w) => {
      granted(w, { name: "m", pathRegex: "^/api" });
      return get(w, "GET /api", "GET /v1/api");
    },
    ["yes", "403"],
  ],
  [
    "every segment counts",
    { about: specs(42, 111), covers: ["refusals", "grants"] },
    (w) => {
      granted(w, { name: "m", pathRegex: "/api/x" });
      return get(w, "GET /api/x", "GET /api/y");
    },
    ["yes", "403"],
  ],
  [
    "dot segments do not lead out",
    { about: specs(42), covers: ["refusals", "grants"] },
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
    { about: specs(42), covers: ["refusals", "grants", "matches"] },
    (w) => {
      granted(w, { name: "broken", pathRegex: "([" }, { name: "sound", pathRegex: "/api" });
      return get(w, "GET /api", "GET /x");
    },
    ["yes", "403"],
  ],
  [
    "a header's value is an expression",
    { about: specs(69, 74), covers: ["refusals", "grants", "headers"] },
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
    { about: specs(77), covers: ["refusals", "grants", "headers", "conditions"] },
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
    { about: specs(77), covers: ["refusals", "grants", "headers", "matches"] },
    (w) => {
      granted(w, { name: "m", headers: { "x-a": "1" } }, { name: "n", headers: { "x-b": "2" } });
      return [{ "x-a": "1" }, { "x-b": "2" }, {}].map((headers) => w.http("a", "b", "GET /", { headers }));
    },
    ["yes", "yes", "403"],
  ],
  [
    "matches of a group: any, without their product",
    { about: [...access(98), ...specs(111, 133)], covers: ["refusals", "grants", "paths", "methods", "matches"] },
    (w) => {
      granted(w, { name: "m", pathRegex: "/a", methods: ["GET"] }, { name: "n", pathRegex: "/b", methods: ["POST"] });
      return get(w, "GET /a", "POST /b", "POST /a", "GET /b");
    },
    ["yes", "yes", "403", "403"],
  ],
];
