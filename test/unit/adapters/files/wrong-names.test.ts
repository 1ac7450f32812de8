/** A wrong name or port in any place of any bundled assertion or fixture is refused at that place, one at a time. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { checkFormatted } from "../../../../src/adapters/files/formatted.ts";
import { assertionFileSchema } from "../../../../src/domain/assertion/assertion-file.ts";
import { fixtureFileSchema } from "../../../../src/domain/assertion/fixture.ts";
import { lintFixture } from "../../../../src/domain/assertion/fixture-soundness.ts";
import { lintFile, lintLeft } from "../../../../src/domain/assertion/lint.ts";
import type { Path } from "../../../../src/domain/assertion/mistake.ts";

const folder = "assertions";
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".yaml"));
const read = (file: string): unknown => parse(readFileSync(join(folder, file), "utf8"));
const idOf = (file: string) => file.replace(/\.yaml$/, "");

const fixtureFiles = files.filter((file) => file.startsWith("fixtures/"));
const fixtures = new Map(
  fixtureFiles.map((file) => {
    const { format: _f, ...fixture } = fixtureFileSchema.parse(read(file));
    return [fixture.id, fixture] as const;
  }),
);

/** A place that says a name or a port, and not only defines one. */
interface Place {
  readonly path: Path;
  /** The key itself is the name. */
  readonly key?: true;
}

const named = [
  "from",
  "to",
  "in",
  "ready",
  "workload",
  "account",
  "destination",
  "service",
  "fixture",
  "level",
  "spec",
  "is",
  "control",
  "unless",
  "protocol",
  "tcp",
  "via",
  "connection",
  "doc",
  "crd",
  "at",
  "selects",
  "sources",
  "controls",
  "absent",
  "role",
];
const keyed = ["backends", "reach", "arriveAt"];
const routes = ["httpRouteGroup", "tcpRoute", "udpRoute"];
const objects = [...routes, "trafficTarget", "trafficSplit"];

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const within = (path: Path, key: string) => path.includes(key);

/** An object that is only submitted is stored or refused, and nobody follows what it names. */
const isSubmitted = (path: Path) => within(path, "submit") || within(path, "validVariant");

function says(path: Path, value: unknown): boolean {
  const key = String(path.findLast((one) => typeof one === "string"));
  const parent = path.at(-2);
  if (within(path, "patch") || within(path, "headers") || within(path, "labels")) return false;
  // What a fixture gives a name to: accounts, and ports of a service that leads to another port.
  if (path[0] === "workloads" && key === "account") return false;
  if (isSubmitted(path)) return false;
  if (typeof value === "number") return ["port", "targetPort", "ports"].includes(key) || parent === "arriveAt";
  if (typeof value !== "string") return false;
  if (keyed.includes(String(parent)) || value === "all") return false;
  if (key === "matches" || key === "methods") return true;
  if (objects.includes(key)) return within(path, "remove") || within(path, "event") || within(path, "rules");
  return named.includes(key);
}

function placesIn(value: unknown, path: Path = []): readonly Place[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => placesIn(item, [...path, index]));
  if (!isMap(value)) return says(path, value) ? [{ path }] : [];
  const key = String(path.at(-1));
  const keys: readonly Place[] =
    keyed.includes(key) && !isSubmitted(path)
      ? Object.keys(value).map((name) => ({ path: [...path, name], key: true }))
      : [];
  const entries = Object.entries(value).filter(([name]) => !(name === "port" && "targetPort" in value));
  return [...keys, ...entries.flatMap(([name, inner]) => placesIn(inner, [...path, name]))];
}

const WRONG = "zz-nobody";

/** The value with something wrong in one place, and the path of what is wrong. */
function wrongAt(value: unknown, { path, key }: Place): { readonly value: unknown; readonly path: Path } {
  const copy = structuredClone(value);
  let map = copy as Record<string | number, unknown>;
  for (const one of path.slice(0, -1)) map = map[one] as Record<string | number, unknown>;
  const last = path.at(-1) ?? "";
  const found = map[last];
  if (key !== true) map[last] = typeof found === "number" ? found + 7 : WRONG;
  else {
    const entries = Object.entries(map).map(([name, inner]) => [name === last ? WRONG : name, inner] as const);
    for (const name of Object.keys(map)) delete map[name];
    Object.assign(map, Object.fromEntries(entries));
  }
  return { value: copy, path: key === true ? [...path.slice(0, -1), WRONG] : path };
}

function assertionMistakes(value: unknown, file: string): readonly Path[] {
  const { value: right, left, mistakes } = checkFormatted(value, "assertion", assertionFileSchema);
  return [
    ...mistakes,
    ...(right ? lintFile(right, idOf(file), fixtures) : []),
    ...(left ? lintLeft(left, idOf(file), fixtures) : []),
  ].map(({ path }) => path);
}

function fixtureMistakes(value: unknown): readonly Path[] {
  const { value: right, mistakes } = checkFormatted(value, "fixture", fixtureFileSchema);
  return [...mistakes, ...(right ? lintFixture(right) : [])].map(({ path }) => path);
}

const refused = (mistakes: readonly Path[], path: Path) =>
  mistakes.some(
    (found) =>
      (found.length === path.length || (found.length === path.length - 1 && within(found, "remove"))) &&
      found.every((key, depth) => key === path[depth]),
  );

function unrefused(file: string, mistakesOf: (value: unknown) => readonly Path[]) {
  const value = read(file);
  expect(mistakesOf(value)).toEqual([]);
  const places = placesIn(value);
  return {
    places: places.length,
    missed: places.flatMap((place) => {
      const { value: wrong, path } = wrongAt(value, place);
      return refused(mistakesOf(wrong), path) ? [] : [path.join(".")];
    }),
  };
}

describe("a wrong name in any place is refused there", () => {
  it("in every bundled fixture", () => {
    const found = fixtureFiles.map((file) => ({ file, ...unrefused(file, fixtureMistakes) }));
    expect(found.filter(({ missed }) => missed.length > 0)).toEqual([]);
    expect(found.reduce((sum, { places }) => sum + places, 0)).toBeGreaterThan(150);
  });

  it("in every bundled assertion", { timeout: 60_000 }, () => {
    const rest = files.filter((file) => !file.startsWith("fixtures/"));
    const found = rest.map((file) => ({
      file,
      ...unrefused(file, (value) => assertionMistakes(value, file)),
    }));
    expect(
      found.filter(({ missed }) => missed.length > 0).map(({ file, missed }) => `${file}: ${missed.join(" ")}`),
    ).toEqual([]);
    expect(found.reduce((sum, { places }) => sum + places, 0)).toBeGreaterThan(1500);
  });
});
