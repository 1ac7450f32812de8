// The rooms of src/ and who may import whom: the one allow-list. What a room does not name, it may not import.
// `npm run generate` makes the linter's rules of it (biome.rooms.json) and the picture in docs/architecture.md.

export interface Room {
  /** Folder below src/, or a file of it with its ending. */
  readonly path: string;
  /** One line for the picture: what belongs here. */
  readonly holds: string;
  /** Rooms and files of src/ that it may import besides itself; errors.ts is for everyone. */
  readonly rooms: readonly string[];
  /** Files of those rooms that it may not import all the same. */
  readonly except?: readonly string[];
  /** Packages and modules of Node that it may import; `any` for those rooms that exist to reach them. */
  readonly packages: readonly string[] | "any";
}

const NODE = ["node:*", "node:*/*"];

export const rooms: readonly Room[] = [
  {
    path: "*.ts",
    holds: "entry points: build, call, exit",
    rooms: ["adapters", "commands", "domain", "engine", "inputs", "publishing", "render", "setup", "ports.ts"],
    packages: NODE,
  },
  { path: "errors.ts", holds: "whose fault an error is", rooms: [], packages: [] },
  { path: "ports.ts", holds: "what the engine needs of the world, as interfaces", rooms: ["domain"], packages: [] },
  {
    path: "commands",
    holds: "what the program does besides a run",
    rooms: ["adapters", "domain", "inputs", "ports.ts", "render"],
    packages: NODE,
  },
  {
    path: "setup",
    holds: "from inputs to a run: everything is checked, then the adapters are built",
    rooms: ["adapters", "domain", "embedded", "engine", "inputs", "mesh", "ports.ts"],
    packages: NODE,
  },
  {
    path: "publishing",
    holds: "report files, commit status, artifact, and what is left behind",
    rooms: ["domain", "ports.ts", "render"],
    packages: NODE,
  },
  {
    path: "engine",
    holds: "the run: cluster, mesh, suite, test cells, assertions, probes",
    rooms: ["domain", "mesh", "ports.ts"],
    packages: [],
  },
  {
    path: "inputs",
    holds: "texts and what they mean, with every mistake named",
    rooms: ["domain", "mesh/version.ts"],
    packages: ["node:util"],
  },
  { path: "mesh", holds: "the profile of a mesh and its versions", rooms: ["domain"], packages: ["semver", "zod"] },
  {
    path: "render",
    holds: "reports as Markdown, HTML, SVG, JUnit and text; assertions in words and as manifests",
    rooms: ["domain"],
    // A report is shown as it was decided.
    except: ["domain/gate/gate.ts"],
    packages: ["yaml"],
  },
  {
    path: "domain",
    holds: "pure: assertions, measurement, statistics, verdicts, reports, gate, matrix",
    rooms: [],
    packages: ["zod"],
  },
  {
    path: "adapters",
    holds: "one outside system a folder",
    rooms: ["domain", "ports.ts"],
    packages: "any",
  },
  ...["files", "github", "kind", "kubernetes", "tools"].map(
    (folder): Room => ({
      path: `adapters/${folder}`,
      holds: "one outside system",
      rooms: ["domain", "ports.ts"],
      packages: "any",
    }),
  ),
  {
    path: "embedded",
    holds: "a cluster in this process, with the reference mesh",
    rooms: ["domain", "ports.ts", "workload"],
    packages: [...NODE, "re2js"],
  },
  {
    path: "embedded/reference",
    holds: "the reference mesh: SMI, clause by clause",
    rooms: ["domain", "ports.ts", "embedded/api-server.ts", "embedded/data-plane.ts", "embedded/expression.ts"],
    packages: [],
  },
  {
    path: "workload",
    holds: "the sample application: server, client and agent",
    rooms: ["domain/measurement/probe.ts"],
    packages: NODE,
  },
  {
    path: "selftest",
    holds: "what the project proves of itself: kill matrix, soak",
    rooms: ["domain", "render"],
    packages: ["zod"],
  },
];

const FOR_EVERYONE = ["errors.ts"];
const NO_TIMERS = ["node:timers", "node:timers/*", "timers", "timers/*"];
/** The rooms that own a timer: the real clock, and the application, which is not of this process. */
const TIMERS = new Set(["workload"]);
/** Folders below a room that have rules; deeper ones have none, which scripts/check.mjs refuses. */
export const LEVELS = 2;

/** `to` below src/ as an import in a file of the folder `from` names it. */
function relativeTo(from: readonly string[], to: string): string {
  const target = to.split("/");
  let shared = 0;
  while (shared < from.length && shared < target.length - 1 && from[shared] === target[shared]) shared += 1;
  const up = from.length - shared;
  const path = target.slice(shared).join("/");
  return `${up === 0 ? "./" : "../".repeat(up)}${path}${to.endsWith(".ts") ? "" : "/**"}`;
}

/** gitignore patterns: the last one that matches decides, and `!` allows. */
function patterns(room: Room, from: readonly string[], below: number): readonly string[] {
  const allowed = [...room.rooms, ...FOR_EVERYONE].map((to) => `!${relativeTo(from, to)}`);
  const refused = (room.except ?? []).map((to) => relativeTo(from, to));
  const own = [
    "!./**",
    ...Array.from({ length: below }, (_, level) => `!${"../".repeat(level + 1)}**`),
    ...(below < from.length || below === 0 ? [`${"../".repeat(below + 1)}**`] : []),
  ];
  const packages = room.packages === "any" ? ["!**", "./**", "../**"] : room.packages.map((name) => `!${name}`);
  return ["**", ...packages, ...own, ...allowed, ...refused, ...(TIMERS.has(room.path) ? [] : NO_TIMERS)];
}

function override(room: Room, includes: string, from: readonly string[], below: number) {
  const may = [...room.rooms, ...FOR_EVERYONE];
  const packages =
    room.packages === "any" ? "any package" : room.packages.length === 0 ? "no package" : room.packages.join(", ");
  const name = room.path === "*.ts" ? "An entry point" : `src/${room.path}`;
  return {
    includes: [includes],
    linter: {
      rules: {
        style: {
          noRestrictedImports: {
            level: "error",
            options: {
              patterns: [
                {
                  group: patterns(room, from, below),
                  message: `${name} may import ${may.join(", ")} and ${packages} (scripts/rooms.ts).`,
                },
              ],
            },
          },
        },
      },
    },
  };
}

/** The linter's rules, as a configuration that biome.json extends. */
export function linterRules(): object {
  const overrides = rooms.flatMap((room) => {
    if (room.path.endsWith(".ts")) return [override(room, `src/${room.path}`, [], 0)];
    const folders = room.path.split("/");
    return Array.from({ length: LEVELS + 1 }, (_, below) => {
      const from = [...folders, ...Array.from({ length: below }, () => "*")];
      return override(room, `src/${from.join("/")}/*.ts`, from, below);
    });
  });
  return { overrides };
}

/** The picture of docs/architecture.md: an arrow is "may import". What nearly every room may is left to the table below it. */
export function roomsPicture(): string {
  const shown = rooms.filter(({ path }) => !path.includes("/") && path !== "errors.ts");
  const id = (path: string) => (path === "*.ts" ? "entry" : path.replace(".ts", ""));
  const label = (path: string) => (path === "*.ts" ? "main, post, cli, ..." : path);
  const nodes = shown.map(({ path, holds }) => `  ${id(path)}["<b>${label(path)}</b><br>${holds}"]`);
  const arrows = shown
    .filter(({ path }) => path !== "*.ts")
    .map((room) => ({ ...room, rooms: room.rooms.filter((to) => to !== "domain" && to !== "ports.ts") }))
    .flatMap(({ path, rooms: may }) =>
      [...new Set(may.map((to) => id(to.split("/")[0] ?? to)))].map((to) => `  ${id(path)} --> ${to}`),
    );
  return ["```mermaid", "flowchart TD", ...nodes, "  entry -->|all of them| setup", ...arrows, "```"].join("\n");
}

export function roomsTable(): readonly (readonly string[])[] {
  return rooms.map(({ path, holds, rooms: may, packages }) => [
    `\`src/${path}\``,
    holds,
    may.map((to) => `\`${to}\``).join(", "),
    packages === "any" ? "any" : packages.map((name) => `\`${name}\``).join(", "),
  ]);
}
