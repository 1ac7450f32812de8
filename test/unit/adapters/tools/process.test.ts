import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { systemClock } from "../../../../src/adapters/clock.ts";
import { identifyProcess } from "../../../../src/adapters/kind/process-identity.ts";
import { KILL_GRACE_MS, OUTPUT_GRACE_MS } from "../../../../src/adapters/tools/ending.ts";
import { createTool } from "../../../../src/adapters/tools/process.ts";
import { which } from "../../../../src/adapters/tools/which.ts";
import { InfrastructureError, ToolError } from "../../../../src/errors.ts";
import { recordingLog, testFolder, writeProgram } from "../../../fakes/fake-program.ts";
import { heldClock } from "../../../fakes/held-clock.ts";

const node = process.execPath;
const log = recordingLog();
const tool = createTool({ log, clock: systemClock });

async function failureOf(run: Promise<unknown>): Promise<ToolError> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ToolError);
  return error as ToolError;
}

/** Runs a program that prints the pids of itself and of a child, then hangs; what is deaf says that it was asked to end. */
function hanging(ignoreSigterm: boolean, options: { signal?: AbortSignal; timeoutMs?: number }) {
  const deaf = ignoreSigterm ? "process.on('SIGTERM', () => console.error('asked'));" : "";
  const child = `${deaf} setInterval(() => {}, 1000); console.error("pid " + process.pid);`;
  const parent = `require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(child)}], {stdio: "inherit"}); ${child}`;
  const lines: string[] = [];
  const seen = (word: string) => lines.filter((line) => line.startsWith(word));
  const onLine = (line: string) => void lines.push(line);
  const clock = heldClock();
  return {
    clock,
    failure: failureOf(createTool({ log, clock }).run([node, "-e", parent], { ...options, onLine })),
    pids: () => seen("pid").map((line) => Number(line.split(" ")[1])),
    /** Resolves once both have said so. */
    both: (word: "pid" | "asked") => expect.poll(() => seen(word)).toHaveLength(2),
  };
}

async function expectGone(pids: readonly number[]): Promise<void> {
  for (const pid of pids) await expect.poll(() => identifyProcess(pid, tool)).toBeUndefined();
}

describe("a program that ends by itself", () => {
  it("gets its arguments word for word, with nothing expanded", async () => {
    const args = [
      "two words",
      'quo"te',
      "it's",
      "$(touch /tmp/smi-never)",
      "$HOME",
      "*",
      "a;b|c&d",
      "",
      "line\nbreak",
      "--x=ü",
    ];
    const { stdout } = await tool.run([
      node,
      "-e",
      "console.log(JSON.stringify(process.argv.slice(1)))",
      "--",
      ...args,
    ]);
    expect(JSON.parse(stdout)).toEqual(args);
  });

  it("gets input, folder and variables, but none of the job's credentials", async () => {
    vi.stubEnv("INPUT_GITHUB-TOKEN", "t1");
    vi.stubEnv("ACTIONS_RUNTIME_TOKEN", "t2");
    vi.stubEnv("GITHUB_TOKEN", "t3");
    vi.stubEnv("GITHUB_STATE", "t4");
    vi.stubEnv("STATE_status", "t5");
    onTestFinished(() => void vi.unstubAllEnvs());
    const cwd = await testFolder();
    const script = `process.stdin.on("data", (d) => process.stdout.write(d)).on("end", () => console.log(JSON.stringify({cwd: process.cwd(), env: process.env})))`;
    const { stdout } = await tool.run([node, "-e", script], { input: "über", cwd, env: { EXTRA: "1" } });
    expect(stdout.startsWith("über")).toBe(true);
    const seen = JSON.parse(stdout.slice(4)) as { cwd: string; env: Record<string, string> };
    expect(seen.cwd).toBe(cwd);
    expect(seen.env).toMatchObject({ EXTRA: "1", PATH: process.env.PATH });
    expect(Object.values(seen.env)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^t[1-5]$/)]));
  });

  it("need not read what it is given", async () => {
    await expect(tool.run(["true"], { input: Buffer.alloc(4 << 20) })).resolves.toMatchObject({ stdout: "" });
  });

  it("is followed line by line, a last line without its end included", async () => {
    const lines: string[] = [];
    const script = `const b = Buffer.from("eins\\r\\nzw\\u00f6lf\\nlast"); const e = process.stderr;
      e.write(b.subarray(0, 9)); setTimeout(() => e.write(b.subarray(9)), 50);`;
    const { stderr } = await tool.run([node, "-e", script], { onLine: (line) => lines.push(line) });
    expect(lines).toEqual(["eins", "zwölf", "last"]);
    expect(stderr).toBe("eins\nzwölf\nlast");
  });

  it("is not waited for when it leaves something behind that holds its output", async () => {
    const script = `const c = require("child_process").spawn("sleep", ["600"], {stdio: "inherit", detached: true}); console.log(c.pid); c.unref();`;
    const clock = heldClock();
    const running = createTool({ log, clock }).run([node, "-e", script]);
    await expect.poll(() => clock.deadlines).toEqual([OUTPUT_GRACE_MS]);
    clock.expire(OUTPUT_GRACE_MS);
    // It is there to be ended.
    process.kill(Number((await running).stdout));
  });
});

describe("a program that fails", () => {
  it("is told by exit code, last line and the last 40 lines", async () => {
    const script = `for (let i = 1; i <= 100; i++) console.error("line " + i); console.error("  "); process.exitCode = 7;`;
    const error = await failureOf(tool.run([node, "-e", script]));
    expect(error.exitCode).toBe(7);
    expect(error.lastLine).toBe("line 100");
    expect(error.stderr.split("\n")).toHaveLength(40);
    expect(error.message).toMatch(/failed \(exit 7\): line 100$/);
  });

  it("is told to have been ended by a signal of another", async () => {
    const error = await failureOf(tool.run([node, "-e", "process.kill(process.pid, 'SIGKILL')"]));
    expect(error).toMatchObject({ exitCode: null, lastLine: "ended by SIGKILL" });
  });

  it.each([
    [
      "is not on PATH",
      ["smi-no-such-program", "x"],
      undefined,
      'could not be started: there is no program "smi-no-such-program" on PATH',
    ],
    ["is not at its path", ["/nowhere/kind"], undefined, 'could not be started: there is no program "/nowhere/kind"'],
    ["has no folder to run in", ["true"], "/nowhere", "could not be started: the folder /nowhere does not exist"],
  ] as const)("is told when it %s", async (_, argv, cwd, line) => {
    const error = await failureOf(tool.run(argv as unknown as [string], cwd ? { cwd } : {}));
    expect(error).toMatchObject({ exitCode: null, lastLine: line });
    expect((error.cause as NodeJS.ErrnoException).code).toBe("ENOENT");
  });

  it("is told when it may not be run", async () => {
    const path = join(await testFolder(), "plain");
    await writeFile(path, "x", { mode: 0o644 });
    expect((await failureOf(tool.run([path]))).lastLine).toMatch(/could not be started: .*EACCES/);
  });

  it("is not blamed where the launcher of all programs is missing", async () => {
    vi.stubEnv("PATH", await testFolder());
    onTestFinished(() => void vi.unstubAllEnvs());
    const error = await tool.run([node, "-e", ""]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InfrastructureError);
    expect(error).toMatchObject({ code: "launcher-missing", message: expect.stringContaining("setsid") });
  });

  it("shows no secret in message, argv, standard error, lines and log", async () => {
    const own = recordingLog();
    const lines: string[] = [];
    const masking = createTool({ log: own, clock: systemClock, secrets: ["", "hunter2", "hunter2-and-more\nsecond"] });
    const script = `console.error("bad token " + process.argv[1] + ", hunter2-and-more, second"); process.exit(1)`;
    const error = await failureOf(masking.run([node, "-e", script, "hunter2"], { onLine: (line) => lines.push(line) }));
    expect(JSON.stringify([error.message, error.argv, error.stderr, lines, own.lines, error.stack])).not.toContain(
      "hunter2",
    );
    expect(lines).toEqual(["bad token ***, ***, ***"]);
    expect(own.lines[0]).toContain("***");
  });
});

describe("a program that is ended", () => {
  it("ends at once, with its children, when the run is stopped", async () => {
    const stop = new AbortController();
    const { pids, both, failure } = hanging(false, { signal: stop.signal });
    await both("pid");
    // The grace is never over: its clock stands still.
    stop.abort(new Error("Ctrl-C"));
    expect(await failure).toMatchObject({
      exitCode: null,
      lastLine: "ended because the run was stopped",
      cause: new Error("Ctrl-C"),
    });
    await expectGone(pids());
  });

  it("ends after the grace, with its children, when it is deaf to SIGTERM", async () => {
    const stop = new AbortController();
    const { pids, both, failure, clock } = hanging(true, { signal: stop.signal });
    await both("pid");
    stop.abort();
    await both("asked");
    for (const pid of pids()) expect(await identifyProcess(pid, tool)).toBeDefined();
    expect(clock.deadlines).toEqual([KILL_GRACE_MS]);
    clock.expire(KILL_GRACE_MS);
    await failure;
    await expectGone(pids());
  });

  it("ends when its time is up", async () => {
    const { pids, both, failure, clock } = hanging(false, { timeoutMs: 60_000 });
    await both("pid");
    clock.expire(60_000);
    const error = await failure;
    expect(error.lastLine).toBe("ended because it took longer than 60000 ms");
    expect((error.cause as DOMException).name).toBe("TimeoutError");
    await expectGone(pids());
  });

  it.each([
    [
      "prints without end",
      "for (;;) require('fs').writeSync(1, 'x'.repeat(1 << 20))",
      "ended because it printed more than 4 MiB",
    ],
    [
      "complains without end on one line",
      "for (;;) require('fs').writeSync(2, 'x'.repeat(1 << 16))",
      "ended because it printed a line of more than 1 MiB",
    ],
  ])("ends when it %s", async (_, script, why) => {
    const error = await failureOf(tool.run([node, "-e", script]));
    expect(error).toMatchObject({ exitCode: null, lastLine: why });
    expect(error.stderr.length).toBeLessThan(1_000);
  });

  it("is one of several that run at a time, each with a process of its own", async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const both = [first, second].map(({ signal }) => hanging(false, { signal }));
    for (const one of both) await one.both("pid");
    const [one, other] = both;
    first.abort();
    await one?.failure;
    await expectGone(one?.pids() ?? []);
    for (const pid of other?.pids() ?? []) expect(await identifyProcess(pid, tool)).toBeDefined();
    second.abort();
    await other?.failure;
    await expectGone(other?.pids() ?? []);
  });

  it("is not started when the run was stopped before", async () => {
    const marker = join(await testFolder(), "ran");
    const error = await failureOf(tool.run(["touch", marker], { signal: AbortSignal.abort() }));
    expect(error.lastLine).toContain("not started");
    expect(await which("ran", join(marker, ".."))).toBeUndefined();
  });
});

it("finds a program on a PATH, and only one that can be run", async () => {
  const [first, second] = [await testFolder(), await testFolder()];
  await writeFile(join(first, "kind"), "not executable");
  const program = await writeProgram(second, "kind", "");
  expect(await which("kind", `/nowhere:${first}::${second}`)).toBe(program);
  expect(await which("helm", `${first}:${second}`)).toBeUndefined();
});
