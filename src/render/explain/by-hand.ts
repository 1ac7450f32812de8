/** How a person sends what an assertion expects something of: shell commands for the sample application's pods. */
import type { DistributionExpectation, Probe } from "../../domain/assertion/expectation.ts";
import { requestLine, transportOf } from "../../domain/assertion/expectation.ts";
import type { Fixture, Service } from "../../domain/assertion/fixture.ts";
import { namespaceOf } from "./set-up.ts";
import type { Subject } from "./subject.ts";

/** Requests for one probe: enough to see that it is always so. */
const FEW = 20;

type Way = "http" | "tcp" | "udp";

/** Each runs in the pod of a client and counts what came back: a status and who answered, or an error. */
const scripts: Readonly<Record<Way, string>> = {
  http:
    'const [count,method,url,...rest]=process.argv.slice(1),http=require("http"),{hostname,port}=new URL(url),n={};' +
    'const path=url.replace(/^http:[/][/][^/]*/,""),headers=Object.fromEntries(rest.map((h)=>h.split(/=(.*)/s)));' +
    "let left=+count;const done=(what)=>{n[what]=(n[what]??0)+1;--left?go():console.log(n)};" +
    "const go=()=>http.request({host:hostname,port,path,method,headers,agent:false,timeout:4000},(r)=>{r.resume();" +
    'r.on("end",()=>done(r.statusCode+" "+((r.headers["x-smi-workload"]??"").split("/")[2]??"not the application")))})' +
    '.on("timeout",function(){this.destroy(new Error("no answer"))}).on("error",(e)=>done(e.code??e.message)).end();go()',
  tcp:
    'const [host,port,first]=process.argv.slice(1),s=require("net").connect(+port,host);s.setTimeout(4000);' +
    'if(first==="client-first")s.write("hello\\n");s.on("data",(d)=>{console.log(String(d).trim());s.end()});' +
    's.on("timeout",()=>s.destroy(new Error("no answer"))).on("error",(e)=>console.log(e.code??e.message))' +
    '.on("close",()=>console.log("closed"))',
  udp:
    'const [host,port]=process.argv.slice(1),s=require("dgram").createSocket("udp4");' +
    's.on("message",(m)=>{console.log(String(m));process.exit()});for(let i=0;i<5;i++)s.send("hello",+port,host);' +
    'setTimeout(()=>{console.log("no answer");process.exit()},1000)',
};

const usage: Readonly<Record<Way, string>> = {
  http: "smi_http NAMESPACE CLIENT COUNT METHOD URL [HEADER=VALUE...]",
  tcp: "smi_tcp NAMESPACE CLIENT HOST PORT client-first|server-first",
  udp: "smi_udp NAMESPACE CLIENT HOST PORT",
};

/** Shell functions, with what each is called with. */
export function shellFunctions(ways: readonly Way[]): readonly string[] {
  return (["http", "tcp", "udp"] as const)
    .filter((way) => ways.includes(way))
    .flatMap((way) => [
      `# ${usage[way]}`,
      `smi_${way}() { kubectl exec -n "$1" "deploy/$2" -c workload -- node -e '${scripts[way]}' "\${@:3}"; }`,
    ]);
}

/** The Service that a probe calls; the loader has seen that there is one. */
function serviceOf(fixture: Fixture, probe: Probe): Service | undefined {
  const transport = transportOf(probe);
  const there = fixture.services.filter((s) => probe.in === undefined || namespaceOf(fixture, s.in) === probe.in);
  return (
    there.find((s) => s.name === probe.to && s.protocol === transport) ??
    there.find((s) => s.name === `${probe.to}-${transport}`)
  );
}

interface Target {
  readonly host: string;
  readonly port: number;
}

function targetOf({ fixture, joining }: Subject, probe: Probe): Target {
  const service = serviceOf(fixture, probe);
  const [name, namespace] = [service?.name ?? probe.to, namespaceOf(fixture, service?.in)];
  const port = probe.port ?? service?.ports[0]?.port ?? 0;
  const fill = (form: string) => form.replaceAll("{service}", name).replaceAll("{namespace}", namespace);
  switch (probe.via ?? "mesh") {
    case "mesh":
      return { host: fill(joining?.host ?? "{service}.{namespace}.svc.cluster.local"), port };
    case "service":
      return { host: fill("{service}.{namespace}.svc.cluster.local"), port };
    case "clusterIP":
      return { host: `$(kubectl get service -n ${namespace} ${name} -o jsonpath='{.spec.clusterIP}')`, port };
    case "podIP": {
      const pod = `kubectl get pods -n ${namespace} -l app=${service?.selects[0] ?? name} -o jsonpath='{.items[0].status.podIP}'`;
      return { host: `$(${pod})`, port: service?.ports.find((p) => p.port === port)?.targetPort ?? port };
    }
  }
}

/** Quoted where a shell would read more into it. */
const quoted = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`);

/** The command for one probe, or for a sample of `requests`. */
export function commandFor(subject: Subject, probe: Probe & Partial<DistributionExpectation>): string {
  const { host, port } = targetOf(subject, probe);
  const client = `${namespaceOf(subject.fixture, subject.fixture.workloads[probe.from]?.in)} ${probe.from}`;
  const transport = transportOf(probe);
  if (transport === "udp") return `smi_udp ${client} ${host} ${port}`;
  if (transport === "tcp") return `smi_tcp ${client} ${host} ${port} ${probe.tcp}`;
  const { method, path } = requestLine(probe);
  const url = host.startsWith("$")
    ? `"http://${host}:${port}"${quoted(path)}`
    : quoted(`http://${host}:${port}${path}`);
  const headers = Object.entries(probe.headers ?? {}).map(([name, value]) => quoted(`${name}=${value}`));
  const command = ["smi_http", client, probe.requests ?? FEW, method, url, ...headers].join(" ");
  const apart = [
    ...(probe.protocol === "h2c" ? ["the assertion speaks HTTP/2 with prior knowledge"] : []),
    ...(probe.connection === "kept" ? ["the assertion sends all on one connection"] : []),
  ];
  return apart.length === 0 ? command : `${command}   # ${apart.join("; ")}`;
}

/** The ways of sending that the probes take. */
export const waysOf = (probes: readonly Probe[]): readonly Way[] => [...new Set(probes.map(transportOf))];
