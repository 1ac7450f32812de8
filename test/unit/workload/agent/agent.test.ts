import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { unpackObservations } from "../../../../src/domain/measurement/decode.ts";
import { runAgent } from "../../../../src/workload/agent/agent.ts";
import { batch, GET, HOST, startWorkload } from "../started-workload.ts";

const MAIN = new URL("../../../../src/workload/main.ts", import.meta.url).pathname;

function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "smi-agent-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "workload.sock");
}

function start(role: string, env: Record<string, string>) {
  const child = spawn(process.execPath, [MAIN, role], { env, stdio: "pipe" });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  child.stdin.on("error", () => {});
  let output = "";
  let errors = "";
  child.stdout.on("data", (piece) => {
    output += piece;
  });
  child.stderr.on("data", (piece) => {
    errors += piece;
  });
  return { child, output: () => output, errors: () => errors, exit: exitOf(child) };
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.on("close", resolve));
}

describe("the agent process", () => {
  it("bridges a session to the server process and ends with its input", async () => {
    const control = socketPath();
    const agent = start("agent", { SMI_CONTROL: control });
    // The exec came first: the agent has to wait for the server.
    const { http, operations } = await startWorkload({ control });
    const line = JSON.stringify({ seq: 1, op: "probe", batch: batch(http, GET, { count: 300 }) });
    agent.child.stdin.write(line.slice(0, 40));
    agent.child.stdin.end(`${line.slice(40)}\n`);
    expect(await agent.exit).toBe(0);
    const reply = JSON.parse(agent.output());
    expect(reply).toMatchObject({ seq: 1, ok: true });
    expect(unpackObservations("run-1", reply.result)).toHaveLength(300);
    expect(operations.arrivals("run-1-")).toHaveLength(300);
  });

  it("says how it is used when its role is unknown", async () => {
    const { exit, errors } = start("client", {});
    expect(await exit).toBe(2);
    expect(errors()).toContain("usage:");
  });
});

describe("the server process", () => {
  it("takes its ports from the environment and ends at once on SIGTERM, whatever is open", async () => {
    const control = socketPath();
    const ports = { SMI_HTTP_PORTS: "0", SMI_TCP_PORTS: "0,0", SMI_UDP_PORTS: "0", PORT: "0" };
    const server = start("server", {
      ...ports,
      SMI_LISTEN: HOST,
      SMI_CONTROL: control,
      POD_NAME: "p-1",
      SERVICE_NAME: "v1",
    });
    const [input, output] = [new PassThrough(), new PassThrough()];
    const session = runAgent(control, input, output);
    input.write('{"seq": 1, "op": "health"}\n');
    const [reply] = await output.take(1).toArray();
    expect(JSON.parse(String(reply))).toMatchObject({
      result: {
        ok: true,
        identity: { pod: "p-1", account: "default", workload: "v1" },
        ports: { http: [expect.any(Number)] },
      },
    });
    server.child.kill("SIGTERM");
    expect(await server.exit).toBe(0);
    expect(server.errors()).toBe("");
    await session;
  });

  it("ends with a sentence when a port is no number", async () => {
    const { exit, errors } = start("server", { SMI_TCP_PORTS: "9000,http" });
    expect(await exit).toBe(1);
    expect(errors()).toContain('SMI_TCP_PORTS: "http" is not a port number');
  });
});

describe("the bridge", () => {
  it("ends when the server goes away", async () => {
    const control = socketPath();
    const { close } = await startWorkload({ control });
    const [input, output] = [new PassThrough(), new PassThrough()];
    const session = runAgent(control, input, output);
    input.write('{"seq": 1, "op": "arrivals", "prefix": ""}\n');
    await output.take(1).toArray();
    await close();
    await session;
  });

  it("ends when its input breaks off", async () => {
    const control = socketPath();
    await startWorkload({ control });
    const [input, output] = [new PassThrough(), new PassThrough()];
    const session = runAgent(control, input, output);
    input.destroy();
    await session;
  });

  it("gives up, and says where it looked, when no server comes", async () => {
    const control = socketPath();
    const session = runAgent(control, new PassThrough(), new PassThrough(), 120);
    await expect(session).rejects.toThrow(`no server at ${control} in 120 ms`);
  });
});
