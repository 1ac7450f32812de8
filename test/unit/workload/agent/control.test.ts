import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, it, onTestFinished } from "vitest";
import type { AgentReply } from "../../../../src/domain/measurement/probe.ts";
import { batch, GET, IDENTITY, startWorkload } from "../started-workload.ts";

function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "smi-control-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "workload.sock");
}

/** A connection to the control socket that gives replies in the order in which they come. */
function open(path: string) {
  const socket = connect(path);
  onTestFinished(() => {
    socket.destroy();
  });
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  return {
    socket,
    say: (line: unknown) => socket.write(typeof line === "string" ? line : `${JSON.stringify(line)}\n`),
    reply: async (): Promise<AgentReply> => JSON.parse((await lines.next()).value ?? "null"),
    isOver: async () => (await lines.next()).done,
  };
}

describe("the control socket", () => {
  it("carries out each operation", async () => {
    const control = socketPath();
    const { http, ports } = await startWorkload({ control });
    const { say, reply } = open(control);
    say({ seq: 1, op: "probe", batch: batch(http, GET, { count: 2 }) });
    expect(await reply()).toMatchObject({
      seq: 1,
      ok: true,
      result: {
        shapes: [{ status: 200, server: { workload: IDENTITY.workload }, echoes: true }],
        rows: [0, expect.any(Number), 0, expect.any(Number)],
      },
    });
    say({ seq: 2, op: "arrivals", prefix: "run-1-1" });
    expect(await reply()).toMatchObject({
      seq: 2,
      ok: true,
      result: { shapes: [{ method: "GET", path: "/api" }], rows: [0, "", expect.any(Number)] },
    });
    say({ seq: 3, op: "health" });
    const { http: webs, tcp, udp } = ports;
    const health = { ok: true, identity: IDENTITY, ports: { http: webs, tcp, udp } };
    expect(await reply()).toMatchObject({ seq: 3, ok: true, result: health });
    say({ seq: 4, op: "resolve", host: "localhost" });
    expect(await reply()).toMatchObject({ seq: 4, ok: true, result: expect.arrayContaining(["127.0.0.1"]) });
    say({ seq: 5, op: "resolve", host: "app-b.ns..svc" });
    expect(await reply()).toEqual({ seq: 5, ok: true, result: [] });
  });

  it("answers out of turn what is ready first", async () => {
    const control = socketPath();
    const { http } = await startWorkload({ control });
    const { say, reply } = open(control);
    say({ seq: 1, op: "probe", batch: batch(http, { ...GET, path: "/delay/100" }) });
    say({ seq: 2, op: "arrivals", prefix: "x" });
    expect([(await reply()).seq, (await reply()).seq]).toEqual([2, 1]);
  });

  it.each([
    ["no JSON", "{oops\n", -1, /JSON/],
    ["no object", "[]\n", -1, /expected an object/],
    ["an unknown operation", '{"seq": 7, "op": "reboot"}\n', 7, /op: expected one of probe/],
    ["a batch without a target", '{"seq": 8, "op": "probe", "batch": {}}\n', 8, /batch\.target/],
    [
      "a kept TCP connection",
      { seq: 9, op: "probe", batch: batch(1, { kind: "tcp", mode: "client-first" }, { connection: "kept" }) },
      9,
      /only HTTP/,
    ],
    [
      "a count of nothing",
      { seq: 10, op: "probe", batch: batch(1, GET, { count: 0 }) },
      10,
      /batch\.count: .* from 1 to/,
    ],
  ])("answers %s with an error and goes on", async (_what, line, seq, problem) => {
    const control = socketPath();
    await startWorkload({ control });
    const { say, reply } = open(control);
    say(line);
    expect(await reply()).toEqual({ seq, ok: false, error: expect.stringMatching(problem) });
    say({ seq: 11, op: "arrivals", prefix: "x" });
    expect(await reply()).toEqual({ seq: 11, ok: true, result: { shapes: [], rows: [] } });
  });

  it("puts together a request that comes in pieces", async () => {
    const control = socketPath();
    await startWorkload({ control });
    const { say, reply, socket } = open(control);
    const line = Buffer.from('{"seq": 1, "op": "arrivals", "prefix": "é"}\n{"seq": 2, "op": "arr');
    for (const byte of line) socket.write(Buffer.of(byte));
    expect(await reply()).toMatchObject({ seq: 1, ok: true });
    say('ivals", "prefix": ""}\n');
    expect(await reply()).toMatchObject({ seq: 2, ok: true });
  });

  it("still answers what was asked before the agent ended its side", async () => {
    const control = socketPath();
    const { http } = await startWorkload({ control });
    const { say, reply, socket, isOver } = open(control);
    say({ seq: 1, op: "probe", batch: batch(http, { ...GET, path: "/delay/30" }) });
    socket.end();
    expect(await reply()).toMatchObject({ seq: 1, ok: true, result: { shapes: [{ status: 200 }] } });
    expect(await isOver()).toBe(true);
  });

  it("breaks off the batches under way when the server closes", async () => {
    const control = socketPath();
    const client = await startWorkload({ control });
    const { http, operations } = await startWorkload();
    const { say, reply } = open(control);
    const endless = batch(http, { ...GET, path: "/delay/5" }, { count: 1_000, concurrency: 1 });
    say({ seq: 1, op: "probe", batch: endless });
    say({ seq: 2, op: "health" });
    expect(await reply()).toMatchObject({ seq: 2 });
    await client.close();
    const before = operations.arrivals("run-1-").length;
    await operations.probe(batch(http, { ...GET, path: "/delay/40" }, { id: "meanwhile" }));
    // The one that was under way may still have come.
    expect(operations.arrivals("run-1-").length).toBeLessThanOrEqual(before + 1);
  });

  it("takes the place of a file that a dead server left", async () => {
    const control = socketPath();
    writeFileSync(control, "");
    await startWorkload({ control });
    const { say, reply } = open(control);
    say({ seq: 1, op: "health" });
    expect(await reply()).toMatchObject({ seq: 1, ok: true });
  });

  it("is gone once the server is closed", async () => {
    const control = socketPath();
    const { close } = await startWorkload({ control });
    await close();
    expect(existsSync(control)).toBe(false);
  });
});
