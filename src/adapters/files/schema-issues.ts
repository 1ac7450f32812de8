/** What a schema finds wrong with a file, in words of its author: where, what is allowed there, and what was probably meant. */
import type { z } from "zod";
import { allowed, type Mistake, type Path } from "../../domain/assertion/mistake.ts";
import { nearestNames } from "../../domain/suggest.ts";

type Issue = z.core.$ZodIssue;
type Union = Extract<Issue, { code: "invalid_union" }>;

/** As much of a zod schema as is needed to walk down it. */
interface Node {
  readonly description?: string | undefined;
  readonly def: {
    readonly type: string;
    readonly shape?: Readonly<Record<string, Node>>;
    readonly element?: Node;
    readonly valueType?: Node;
    readonly innerType?: Node;
    readonly in?: Node;
    readonly options?: readonly Node[];
  };
}

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((seen, key) => (seen as Record<string | number, unknown> | null | undefined)?.[key], value);

const keysOf = (value: unknown): readonly string[] =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [];

/** Without what only wraps another: optional, default, transformed. */
function bare(node: Node): Node {
  const inner = node.def.innerType ?? node.def.in;
  return inner === undefined ? node : bare(inner);
}

/** How many of the value's keys an alternative knows. */
function kinship(node: Node, value: unknown): number {
  const { type, shape = {}, options = [] } = bare(node).def;
  if (type === "union") return Math.max(0, ...options.map((option) => kinship(option, value)));
  if (type === "object") return keysOf(value).filter((key) => Object.hasOwn(shape, key)).length;
  const kind = Array.isArray(value) ? "array" : typeof value;
  return type === kind || (type === "record" && kind === "object") ? 1 : 0;
}

/** The alternative of a union that the value is most like. */
function alternative(node: Node, value: unknown): Node {
  const { options = [] } = node.def;
  const [best] = options.toSorted((x, y) => kinship(y, value) - kinship(x, value));
  return best === undefined ? node : bare(best);
}

function descend(schema: Node, value: unknown, path: Path): Node | undefined {
  let node: Node | undefined = bare(schema);
  for (const [depth, key] of path.entries()) {
    while (node?.def.type === "union") node = alternative(node, at(value, path.slice(0, depth)));
    const { shape, element, valueType }: Node["def"] = node?.def ?? { type: "" };
    const next: Node | undefined = shape?.[String(key)] ?? element ?? valueType;
    node = next && bare(next);
  }
  while (node?.def.type === "union") node = alternative(node, at(value, path));
  return node;
}

/** Of a union's alternatives, the one that the value is most like; among equals the one that got furthest. */
function furthest(issue: Union, options: readonly Node[], value: unknown): readonly Issue[] {
  const depth = (issues: readonly Issue[]) => Math.max(0, ...issues.map(({ path }) => path.length));
  const ranked = issue.errors
    .map((issues, index) => ({ issues, kin: options[index] === undefined ? 0 : kinship(options[index], value) }))
    .toSorted((x, y) => y.kin - x.kin || x.issues.length - y.issues.length || depth(y.issues) - depth(x.issues));
  return ranked[0]?.issues ?? [];
}

/** What stands at the end of the path, as the schema has it: a union stays one, and its description is kept. */
function outermost(schema: Node, value: unknown, path: Path): Node | undefined {
  if (path.length === 0) return schema;
  const { shape, element, valueType }: Node["def"] = descend(schema, value, path.slice(0, -1))?.def ?? { type: "" };
  return shape?.[String(path.at(-1))] ?? element ?? valueType;
}

const shown = (value: unknown) => (typeof value === "string" ? `"${value}"` : JSON.stringify(value));

interface Found extends Mistake {
  /** The key that its map lacks. */
  readonly lacks?: string;
}

/** A value that has to be there; the place is that of the map that lacks it. */
function missing(path: Path, schema: Node, value: unknown): Found {
  const description = outermost(schema, value, path)?.description;
  return {
    path: path.slice(0, -1),
    lacks: String(path.at(-1)),
    message: `${path.at(-1)} is missing`,
    ...(description !== undefined && { remedy: `${path.at(-1)}: ${description}.` }),
  };
}

/** @param renamed names that were others in an earlier format, by what to do about them. */
function mistakesOf(
  issue: Issue,
  path: Path,
  schema: Node,
  value: unknown,
  renamed: Readonly<Record<string, string>>,
): readonly Found[] {
  const found = at(value, path);
  if (found === undefined && path.length > 0) return [missing(path, schema, value)];
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = Object.keys(descend(schema, value, path)?.def.shape ?? {});
      return issue.keys.map((unknown) => ({
        path: [...path, unknown],
        key: true,
        message: `there is no key "${unknown}" here`,
        remedy: renamed[unknown] ?? allowed(unknown, known),
      }));
    }
    case "invalid_value":
      return [
        {
          path,
          message: `${shown(found)} is not one of the values allowed here`,
          remedy: renamed[String(found)] ?? allowed(String(found), issue.values.map(String)),
        },
      ];
    case "invalid_type":
      return [{ path, message: `${shown(found)} is not of the type ${issue.expected}` }];
    case "invalid_key":
      return [{ path, key: true, message: issue.issues[0]?.message ?? issue.message }];
    default:
      return [{ path, message: issue.message }];
  }
}

/** A key that is nearly the one that is missing beside it is one mistake, and not two. */
function withoutFollowers(found: readonly Found[]): readonly Mistake[] {
  const unknownIn = (map: Path) =>
    found
      .filter(({ key, path }) => key === true && path.length === map.length + 1 && map.every((k, n) => k === path[n]))
      .map(({ path }) => String(path.at(-1)));
  return found.flatMap(({ lacks, ...mistake }) => {
    const follows = lacks !== undefined && unknownIn(mistake.path).some((key) => nearestNames(key, [lacks]).length > 0);
    return follows ? [] : [mistake];
  });
}

export function schemaMistakes(
  issues: readonly Issue[],
  schema: z.ZodType,
  value: unknown,
  renamed: Readonly<Record<string, string>> = {},
): readonly Mistake[] {
  const root = schema as unknown as Node;
  const translate = (list: readonly Issue[], prefix: Path): readonly Found[] =>
    list.flatMap((issue) => {
      const path = [...prefix, ...(issue.path as Path)];
      if (issue.code !== "invalid_union" || issue.errors.length === 0)
        return mistakesOf(issue, path, root, value, renamed);
      const union = outermost(root, value, path);
      return translate(furthest(issue, (union && bare(union).def.options) ?? [], at(value, path)), path);
    });
  return withoutFollowers(translate(issues, []));
}
