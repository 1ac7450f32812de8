import { describe, expect, it } from "vitest";
import { refusedPort } from "../odd-peers.ts";
import { HOST, IDENTITY, type Started, startWorkload } from "../started-workload.ts";

const base = (workload: Started) => `http://${HOST}:${workload.ports.learnLayer5}`;

const call = (workload: Started, body: unknown) =>
  fetch(`${base(workload)}/call`, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });

const metrics = async (workload: Started) => (await fetch(`${base(workload)}/metrics`)).json();

describe("the Learn Layer5 interface", () => {
  it("makes the call, names the caller, gives back what it got, and counts on both sides", async () => {
    const caller = await startWorkload();
    const callee = await startWorkload();
    const url = `${base(callee)}/echo`;
    const reply = await call(caller, { url, method: "POST", headers: { "x-a": "1" }, body: "hello" });
    expect(reply.status).toBe(200);
    const text = await reply.text();
    expect(text).toMatch(/^POST \/echo HTTP\/1.1\r\n/);
    expect(text).toContain("x-a: 1\r\n");
    expect(text).toMatch(/\r\n\r\nhello$/);
    expect(await metrics(callee)).toEqual({ ReqReceived: [IDENTITY.workload], RespSucceeded: [], RespFailed: [] });
    expect(await metrics(caller)).toEqual({
      ReqReceived: ["Unidentified"],
      RespSucceeded: [{ URL: url, Method: "POST", Headers: { "x-a": "1" } }],
      RespFailed: [],
    });
  });

  it("counts a reply of 400 or more as failed, and passes it on", async () => {
    const workload = await startWorkload();
    const url = `http://${HOST}:${workload.http}/status/503`;
    const reply = await call(workload, { url, method: "GET", headers: null, body: "" });
    expect(reply.status).toBe(200);
    expect(await reply.json()).toMatchObject({ path: "/status/503", workload: IDENTITY.workload });
    expect(await metrics(workload)).toMatchObject({ RespFailed: [{ URL: url, Method: "GET", Headers: null }] });
  });

  it("answers a call that reaches nobody by 500 and does not count it", async () => {
    const workload = await startWorkload();
    const reply = await call(workload, { url: `http://${HOST}:${await refusedPort()}/`, method: "GET", body: "" });
    expect(reply.status).toBe(500);
    expect(await metrics(workload)).toMatchObject({ RespSucceeded: [], RespFailed: [] });
  });

  it.each([
    ["no JSON", "{"],
    ["no URL", { method: "GET" }],
    ["a URL that is none", { url: "app-b" }],
    ["another scheme", { url: "file:///etc/passwd" }],
  ])("refuses a call with %s by 400, the marker on it", async (_what, body) => {
    const reply = await call(await startWorkload(), body);
    expect(reply.status).toBe(400);
    expect(reply.headers.get("x-smi-workload")).toMatch(/^b-7f\/sa-b\/app-b\/\d+$/);
  });

  it("clears its counts, and counts neither that nor their reading", async () => {
    const workload = await startWorkload();
    await fetch(`${base(workload)}/echo`, { headers: { ServiceName: "app-a" } });
    expect(await metrics(workload)).toMatchObject({ ReqReceived: ["app-a"] });
    expect((await fetch(`${base(workload)}/metrics`, { method: "DELETE" })).status).toBe(200);
    expect(await metrics(workload)).toEqual({ ReqReceived: [], RespSucceeded: [], RespFailed: [] });
  });

  it.each([
    ["/nowhere", "GET", 404],
    ["/metrics", "PUT", 400],
    ["/call", "GET", 400],
  ])("answers %s by %s with %i", async (path, method, status) => {
    expect((await fetch(base(await startWorkload()) + path, { method })).status).toBe(status);
  });
});
