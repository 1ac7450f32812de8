/** Each choice in what it changes, and the default among its settings. */
import { describe, expect, it } from "vitest";
import { type Choices, choiceSettings, defaultChoices } from "../../../../src/embedded/reference/open-choices.ts";
import { account, everything, group, http, split, target, tcp, tcpRoute } from "./objects.ts";
import { createWorld, type World } from "./world.ts";

const all = [http("all")];

function match(fields: Readonly<Record<string, unknown>>) {
  return (world: World) => world.apply(group("g", { name: "m", ...fields }), target("t", ["a"], "b", [http("g")]));
}

/** What is in force, what is asked, and the answer under each setting. */
type Line<Name extends keyof Choices> = readonly [
  given: (world: World) => void,
  ask: (world: World) => string,
  want: Readonly<Record<Choices[Name], string>>,
];

const lines: { readonly [Name in keyof Choices]: Line<Name> } = {
  refusal: [() => {}, (w) => w.http("a", "b", "GET /"), { "403": "403", "404": "404", reset: "reset" }],
  pathEnd: [match({ pathRegex: "/api" }), (w) => w.http("a", "b", "GET /apix"), { prefix: "yes", full: "403" }],
  query: [
    match({ pathRegex: "/api$" }),
    (w) => w.http("a", "b", "GET /api?q=1"),
    { "left-out": "yes", included: "403" },
  ],
  path: [match({ pathRegex: "/a/" }), (w) => w.http("a", "b", "GET /a/../b"), { normalised: "403", "as-sent": "yes" }],
  headerRegex: [
    match({ headers: { h: "1" } }),
    (w) => w.http("a", "b", "GET /", { headers: { h: "212" } }),
    { full: "403", search: "yes" },
  ],
  absentHeader: [
    match({ headers: { h: ".*" } }),
    (w) => w.http("a", "b", "GET /"),
    { "never-matches": "403", "as-empty": "yes" },
  ],
  repeatedHeader: [
    match({ headers: { h: "1" } }),
    (w) => w.http("a", "b", "GET /", { headers: { h: ["1", "2"] } }),
    { joined: "403", any: "yes" },
  ],
  tcpRouteAlone: [
    (w) => w.apply(tcpRoute("r"), target("t", ["a"], "b", [tcp("r")])),
    (w) => w.http("a", "b", "GET /"),
    { tcp: "403", "tcp-and-http": "yes" },
  ],
  httpAndTcp: [
    (w) =>
      w.apply(
        tcpRoute("r", 8080),
        group("g", { name: "m", pathRegex: "/x" }),
        target("t", ["a"], "b", [tcp("r"), http("g")]),
      ),
    (w) => w.http("a", "b", "GET /y"),
    { intersection: "403", union: "yes" },
  ],
  omittedNamespace: [
    (w) => w.apply(everything, target("t", [{ kind: "ServiceAccount", name: "a" }], "b", all)),
    (w) => w.http("a", "b", "GET /"),
    { "target's": "yes", nobody: "403" },
  ],
  foreignTarget: [
    (w) =>
      w.apply(
        { ...everything, metadata: { name: "all", namespace: "n2" } },
        target("t", ["a"], account("b"), all, "n2"),
      ),
    (w) => w.http("a", "b", "GET /"),
    { accepted: "yes", ignored: "403" },
  ],
  unmeshedClients: [
    (w) => w.apply(everything, target("t", ["a"], "b", all)),
    (w) => w.http("u", "b", "GET /"),
    { denied: "403", allowed: "yes" },
  ],
  zeroSum: [
    (w) => w.apply(split("s", "root", { v1: 0, v2: 0 })),
    (w) => w.share("a", "root"),
    { root: "plain 100", refused: "refused 100" },
  ],
  deadBackend: [
    (w) => w.apply(split("s", "root", { v1: 50, ghost: 50 })),
    (w) => w.share("a", "root"),
    { redirected: "v1 100", refused: "refused 50, v1 50" },
  ],
  portMismatch: [
    (w) => w.apply(split("s", "root", { "v1-half": 50, v2: 50 })),
    (w) => w.share("a", "root"),
    { port: "v1 50, v2 50", backend: "v2 100" },
  ],
  splitMatches: [
    (w) =>
      w.apply(
        group("g", { name: "m", pathRegex: "/x", headers: { h: "1" } }, { name: "n", pathRegex: "/y" }),
        split("s", "root", { v2: 1 }, ["g"]),
      ),
    (w) => `${w.share("a", "root", { headers: { h: "1" } })}; ${w.share("a", "root", { request: "GET /y" })}`,
    { whole: "plain 100; v2 100", headers: "v2 100; plain 100" },
  ],
  missingMatchGroup: [
    (w) => w.apply(split("s", "root", { v2: 1 }, ["g"])),
    (w) => w.share("a", "root"),
    { nothing: "plain 100", everything: "v2 100" },
  ],
  severalSplits: [
    (w) => w.apply(split("t", "root", { v1: 1 }), split("s", "root", { v2: 1 })),
    (w) => w.share("a", "root"),
    { oldest: "v1 100", newest: "v2 100", none: "plain 100" },
  ],
  selfReference: [
    (w) => w.apply(split("s", "own", { own: 50, v1: 50 })),
    (w) => w.share("a", "own"),
    { plain: "v0 50, v1 50", "left-out": "v1 100", "no-split": "plain 100" },
  ],
  hierarchy: [
    (w) => w.apply(split("s", "root", { v1: 1 }), split("t", "v1", { v3: 1 })),
    (w) => w.share("a", "root"),
    { flat: "v1 100", recursive: "v3 100" },
  ],
  refusedShare: [
    (w) => w.apply(everything, target("t", ["a"], "x", all), split("s", "root", { v1: 50, v3: 50 })),
    (w) => w.share("a", "root"),
    { refused: "v1 50, v3 50", redirected: "v1 100" },
  ],
  splitTransports: [
    (w) => w.apply(split("s", "root", { v1: 1 })),
    (w) => w.share("a", "root", { transport: "tcp" }),
    { all: "v1 100", http: "plain 100" },
  ],
};

const settings = (Object.keys(lines) as (keyof Choices)[]).flatMap((name) =>
  choiceSettings[name].map((setting) => ({ name, setting })),
);

describe("the choice", () => {
  it.each(settings)("$name: $setting", ({ name, setting }) => {
    const [given, ask, want] = lines[name] as Line<keyof Choices>;
    const world = createWorld({ choices: { [name]: setting } });
    given(world);
    expect(ask(world)).toBe((want as Readonly<Record<string, string>>)[setting]);
  });

  it.each(Object.keys(lines) as (keyof Choices)[])("%s has its default first", (name) => {
    expect(choiceSettings[name][0]).toBe(defaultChoices[name]);
  });
});
