/** The shell functions that `explain` prints say what came back, asked of a real server of the sample application. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { fixtureSchema } from "../../../../src/domain/assertion/fixture.ts";
import { commandFor, shellFunctions } from "../../../../src/render/explain/by-hand.ts";
import { PLAIN_IMAGE, type Subject } from "../../../../src/render/explain/subject.ts";
import { HOST, startWorkload } from "../../workload/started-workload.ts";

/** Runs what follows `--` here, where kubectl would run it in a pod. */
const KUBECTL = 'kubectl() { while [ "$1" != "--" ]; do shift; done; shift; "$@"; }';

async function typed(command: string): Promise<readonly string[]> {
  const script = [KUBECTL, ...shellFunctions(["http", "tcp", "udp"]), command].join("\n");
  const { stdout } = await promisify(execFile)("bash", ["-c", script], {
    env: { ...process.env, PATH: `${process.execPath.replace(/\/node$/, "")}:${process.env.PATH}` },
  });
  return stdout.trim().split("\n");
}

describe("typed by hand", () => {
  it("a request is counted by its status and by who answers", async () => {
    const { http } = await startWorkload();
    expect(await typed(`smi_http n client 3 POST 'http://${HOST}:${http}/a?b=1' x-a=v=1`)).toEqual([
      "{ '200 app-b': 3 }",
    ]);
    expect(await typed(`smi_http n client 1 GET http://${HOST}:${http}/status/503`)).toEqual(["{ '503 app-b': 1 }"]);
    expect(await typed(`smi_http n client 2 GET http://${HOST}:1/`)).toEqual(["{ ECONNREFUSED: 2 }"]);
  });

  it("a TCP connection shows what the server says, and that it is closed", async () => {
    const { tcp } = await startWorkload();
    const banner = `smi-workload b-7f/sa-b/app-b/${tcp}`;
    expect((await typed(`smi_tcp n client ${HOST} ${tcp} server-first`))[0]).toBe(banner);
    expect(await typed(`smi_tcp n client ${HOST} ${tcp} client-first`)).toEqual(
      expect.arrayContaining([`${banner} hello`, "closed"]),
    );
    expect(await typed(`smi_tcp n client ${HOST} 1 client-first`)).toEqual(["ECONNREFUSED", "closed"]);
  });

  it("a datagram shows its echo, or that none came", async () => {
    const { udp } = await startWorkload();
    expect(await typed(`smi_udp n client ${HOST} ${udp}`)).toEqual([`smi-workload b-7f/sa-b/app-b/${udp} hello`]);
    expect(await typed(`smi_udp n client ${HOST} 1`)).toEqual(["no answer"]);
  });
});

describe("a command", () => {
  const fixture = fixtureSchema.parse({
    id: "f",
    title: "f",
    namespaces: ["n1", "n2"],
    workloads: { client: {}, server: {}, "client-in-n2": { in: "n2" } },
    services: [
      { name: "server", selects: ["server"], ports: [{ port: 80, targetPort: 8080 }, { port: 81 }] },
      { name: "server-tcp", selects: ["server"], protocol: "tcp", ports: [{ port: 9000 }] },
    ],
  });
  const subject = { fixture, image: PLAIN_IMAGE } as Subject;
  const command = (more: object) => commandFor(subject, { from: "client", to: "server", ...more });

  it.each([
    [{ get: "/api" }, "smi_http n1 client 20 GET http://server.n1.svc.cluster.local:80/api"],
    [{ port: 81, from: "client-in-n2" }, "smi_http n2 client-in-n2 20 GET http://server.n1.svc.cluster.local:81/"],
    [{ send: "POST /a?b=1" }, "smi_http n1 client 20 POST 'http://server.n1.svc.cluster.local:80/a?b=1'"],
    [
      { headers: { "x-a": "it's 1" } },
      String.raw`smi_http n1 client 20 GET http://server.n1.svc.cluster.local:80/ 'x-a=it'\''s 1'`,
    ],
    [{ requests: 400 }, "smi_http n1 client 400 GET http://server.n1.svc.cluster.local:80/"],
    [{ tcp: "client-first" }, "smi_tcp n1 client server-tcp.n1.svc.cluster.local 9000 client-first"],
    [
      { protocol: "h2c" },
      "smi_http n1 client 20 GET http://server.n1.svc.cluster.local:80/   # the assertion speaks HTTP/2 with prior knowledge",
    ],
    [
      { via: "podIP" },
      `smi_http n1 client 20 GET "http://$(kubectl get pods -n n1 -l app=server -o jsonpath='{.items[0].status.podIP}'):8080"/`,
    ],
    [
      { via: "clusterIP" },
      `smi_http n1 client 20 GET "http://$(kubectl get service -n n1 server -o jsonpath='{.spec.clusterIP}'):80"/`,
    ],
  ])("for %j is what to type", (probe, expected) => {
    expect(command(probe)).toBe(expected);
  });
});
