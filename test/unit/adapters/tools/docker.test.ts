import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withTempFolder } from "../../../../src/adapters/files/folders.ts";
import { createImages, dockerVersion } from "../../../../src/adapters/tools/docker.ts";
import { createTool } from "../../../../src/adapters/tools/process.ts";
import { ConfigurationError, InfrastructureError } from "../../../../src/errors.ts";
import { recordingLog, testFolder, writeProgram } from "../../../fakes/fake-program.ts";
import { heldClock } from "../../../fakes/held-clock.ts";

/** Keeps images as names in a file; records arguments, variables and the build context of each call. */
const FAKE_DOCKER = `
const fs = require("node:fs"), path = require("node:path");
const home = path.dirname(process.argv[1]), argv = process.argv.slice(2), mode = fs.readFileSync(path.join(home, "mode"), "utf8");
const images = JSON.parse(fs.readFileSync(path.join(home, "images"), "utf8"));
const keep = (name, id) => fs.writeFileSync(path.join(home, "images"), JSON.stringify({ ...images, [name]: id }));
const die = (text) => { console.error(text); process.exit(1); };
const context = argv[0] === "build" ? Object.fromEntries(fs.readdirSync(argv.at(-1)).map((name) => [name, fs.readFileSync(path.join(argv.at(-1), name), "utf8")])) : undefined;
fs.appendFileSync(path.join(home, "calls"), JSON.stringify({ argv, context, env: process.env }) + "\\n");
if (mode === "hang") setInterval(() => {}, 1000);
else if (mode === "down") die("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?");
else if (argv[0] === "version") console.log("28.0.4");
else if (argv[0] === "image") argv.at(-1) in images ? console.log(images[argv.at(-1)]) : die("Error response from daemon: No such image: " + argv.at(-1));
else if (argv[0] === "pull") mode === "offline" ? die("Error response from daemon: Get https://registry-1.docker.io/v2/: no such host") : keep(argv.at(-1), "sha256:pulled");
else if (argv[0] === "buildx") mode === "no buildx" ? die("docker: unknown command: docker buildx") : console.log("v0.20");
else if (argv[0] === "build") mode === "no build" ? die("COPY failed: disk quota exceeded") : keep(argv[2], "sha256:built");
else if (argv[0] === "save") die("Error response from daemon: reference does not exist");
`;

interface Call {
  readonly argv: readonly string[];
  readonly context?: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

async function setUp(mode = "", images: Record<string, string> = { base: "sha256:1" }) {
  const home = await testFolder();
  const docker = await writeProgram(home, "docker", FAKE_DOCKER);
  await writeFile(join(home, "mode"), mode);
  await writeFile(join(home, "images"), JSON.stringify(images));
  const program = join(home, "main.cjs");
  await writeFile(program, "console.log(1)");
  const clock = heldClock();
  const setup = { tool: createTool({ log: recordingLog(), clock }), docker, withTempFolder };
  const calls = async (): Promise<readonly Call[]> =>
    (await readFile(join(home, "calls"), "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Call);
  return { home, clock, setup, images: createImages(setup), program, calls };
}

const thrownBy = (run: Promise<unknown>) =>
  run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );

describe("the daemon's version", () => {
  it("is told when one answers", async () => {
    expect(await dockerVersion((await setUp()).setup)).toBe("28.0.4");
  });

  it("is undefined when none does, or there is no docker", async () => {
    const { setup } = await setUp("down");
    expect(await dockerVersion(setup)).toBeUndefined();
    expect(await dockerVersion({ ...setup, docker: "/nowhere/docker" })).toBeUndefined();
  });

  it("is not waited for beyond 5 s", async () => {
    const { setup, clock } = await setUp("hang");
    const version = dockerVersion(setup);
    await expect.poll(() => clock.deadlines).toEqual([5_000]);
    clock.expire(5_000);
    expect(await version).toBeUndefined();
  });
});

describe("local images", () => {
  it("are those that docker has", async () => {
    const { images } = await setUp("", { "a:1": "sha256:1", b: "sha256:2" });
    expect(await images.local(["a:1", "none", "b"])).toEqual(
      new Map([
        ["a:1", "sha256:1"],
        ["b", "sha256:2"],
      ]),
    );
  });

  it("are not said to be absent when docker cannot tell", async () => {
    const { images } = await setUp("down");
    expect(await thrownBy(images.local(["a"]))).toMatchObject({ code: "docker-unavailable" });
  });
});

describe("the workload's image", () => {
  it("is the program on the base, run by a user that is not root, in one layer and with no shell", async () => {
    const { images, program, calls } = await setUp();
    const name = await images.buildWorkload({ base: "base", program });
    expect(name).toMatch(/^smi-conformance\/workload:[0-9a-f]{12}$/);
    const build = (await calls()).find((call) => call.argv[0] === "build");
    expect(build?.argv.slice(0, 3)).toEqual(["build", "--tag", name]);
    expect(build?.context).toEqual({
      "workload.cjs": "console.log(1)",
      Dockerfile:
        'FROM base\nCOPY workload.cjs /smi/workload.cjs\nUSER 65532\nENTRYPOINT ["node", "/smi/workload.cjs"]\n',
    });
    expect(build?.env).toMatchObject({ BUILDX_BUILDER: "default", BUILDX_NO_DEFAULT_ATTESTATIONS: "1" });
  });

  it("is not built again, unless its program or its base has changed", async () => {
    const { images, program, calls, home } = await setUp();
    const first = await images.buildWorkload({ base: "base", program });
    expect(await images.buildWorkload({ base: "base", program })).toBe(first);
    expect((await calls()).filter((call) => call.argv[0] === "build")).toHaveLength(1);
    await writeFile(program, "console.log(2)");
    const second = await images.buildWorkload({ base: "base", program });
    await writeFile(join(home, "images"), JSON.stringify({ base: "sha256:2" }));
    const third = await images.buildWorkload({ base: "base", program });
    expect(new Set([first, second, third]).size).toBe(3);
  });

  it("is built without BuildKit where buildx is missing, whatever the user has set", async () => {
    const { images, program, calls } = await setUp("no buildx");
    await images.buildWorkload({ base: "base", program });
    expect((await calls()).find((call) => call.argv[0] === "build")?.env).toMatchObject({ DOCKER_BUILDKIT: "0" });
  });

  it("has its base pulled when it is absent", async () => {
    const { images, program, calls } = await setUp("", {});
    await images.buildWorkload({ base: "node:24-slim", program });
    expect((await calls()).map((call) => call.argv)).toContainEqual(["pull", "--quiet", "node:24-slim"]);
  });

  it.each([
    ["offline", {}, "image-build", /app-base-image/],
    ["no build", { base: "sha256:1" }, "image-build", /app-base-image/],
    ["down", {}, "docker-unavailable", /docker version/],
  ] as const)("fails with advice (%s)", async (mode, present, code, advice) => {
    const { images, program } = await setUp(mode, present);
    const error = await thrownBy(images.buildWorkload({ base: "base", program }));
    expect(error).toBeInstanceOf(InfrastructureError);
    expect(error).toMatchObject({ code, advice: expect.stringMatching(advice) });
  });

  it.each(["", "Node", "--platform=x", "a b", "base\nRUN evil", "base as x"])(
    "is not built on %j, which names no image",
    async (base) => {
      const { images, program } = await setUp();
      expect(await thrownBy(images.buildWorkload({ base, program }))).toBeInstanceOf(ConfigurationError);
    },
  );
});

it("says which images could not be saved", async () => {
  const { images, home } = await setUp();
  const error = await thrownBy(images.save(["a:1", "b"], join(home, "x.tar")));
  expect(error).toMatchObject({ code: "image-load", message: expect.stringContaining("a:1, b") });
});
