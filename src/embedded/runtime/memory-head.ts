/**
 * What becomes of an HTTP request on its way from client to server: what Node's clients and parsers do with it, which a wire
 * without sockets must know by itself. The rules are those that test/unit/embedded/runtime/wires-alike.test.ts observes on sockets.
 */
import { METHODS } from "node:http";
import type { HttpRequest, ProbeBatch } from "../../domain/measurement/probe.ts";
import { authorityOf, headersOf } from "../../workload/client/probe-client.ts";
import { REQUEST_ID_HEADER } from "../../workload/identity.ts";
import { systemNetwork } from "../../workload/network.ts";

/**
 * `arrives`: as a request. `malformed`: as bytes that are not a request to the server. `reset`: the server's HTTP/2 ends the
 * stream before the application is told. `unsent`: the client does not send it.
 */
export type Passage =
  | {
      readonly kind: "arrives";
      readonly method: string;
      readonly path: string;
      /** Of the probe with this id; names in lower case. */
      readonly headers: (id: string) => Readonly<Record<string, string>>;
      /** Whether the server begins its reply before it is asked (`100 Continue`). */
      readonly isContinued: boolean;
    }
  | { readonly kind: "malformed" }
  | { readonly kind: "reset" }
  | { readonly kind: "unsent"; readonly detail: string };

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
/** In a header's value: characters that end its line, or may not be part of one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are its purpose.
const CONTROL = /[\0-\x08\n-\x1f\x7f]/;
/** Headers about one HTTP/1.1 connection, which HTTP/2 does not have (RFC 9113, 8.2.2). */
const OF_CONNECTION = ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"];
/** Methods with which Node's client does not state the length of an absent body. */
const WITHOUT_BODY: ReadonlySet<string> = new Set(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "CONNECT"]);
const KNOWN_METHODS: ReadonlySet<string> = new Set(METHODS);

type Fields = Record<string, string>;

const unsent = (detail: string): Passage => ({ kind: "unsent", detail });

function arrives(method: string, path: string, fields: Fields, isContinued: boolean): Passage {
  return { kind: "arrives", method, path, isContinued, headers: (id) => ({ ...fields, [REQUEST_ID_HEADER]: id }) };
}

function overHttp2({ method, path }: HttpRequest, fields: Fields): Passage {
  if (method === "CONNECT") return unsent("The :path header is forbidden for CONNECT requests");
  for (const [name, value] of Object.entries(fields))
    if (OF_CONNECTION.includes(name) || value !== value.trim()) delete fields[name];
  const isPath = /^\/[\x21-\x7e\x80-\uffff]*$/.test(path) || (path === "*" && method === "OPTIONS");
  return isPath ? arrives(method, path, fields, false) : { kind: "reset" };
}

/** How a server's parser reads it (llhttp, in its strict mode). */
function parsed(method: string, path: string, fields: Fields): Passage {
  const isTarget =
    method === "CONNECT" ? /^[\x21-\x7e]+$/.test(path) : /^(?:\/|\*|[a-z]+:\/\/)[\x21-\x7e]*$/i.test(path);
  if (!KNOWN_METHODS.has(method) || !isTarget || !Object.keys(fields).every((name) => TOKEN.test(name)))
    return { kind: "malformed" };
  for (const [name, value] of Object.entries(fields)) fields[name] = value.trim();
  return arrives(method, path, fields, fields.expect?.toLowerCase() === "100-continue");
}

/** Node's client, which sends requests over kept connections. */
function byNodesClient({ method: given, path, body }: HttpRequest, fields: Fields): Passage {
  if (/[^\x21-\xff]/.test(path)) return unsent("Request path contains unescaped characters");
  const method = given.toUpperCase();
  fields.connection ??= "keep-alive";
  if (body === undefined && !WITHOUT_BODY.has(method) && fields["transfer-encoding"] === undefined)
    fields["content-length"] ??= "0";
  return parsed(method, path === "" ? "/" : path, fields);
}

function byRawClient({ method, path }: HttpRequest, fields: Fields, isKept: boolean): Passage {
  fields.connection ??= isKept ? "keep-alive" : "close";
  // Written as UTF-8, and read as Latin-1.
  for (const [name, value] of Object.entries(fields)) fields[name] = Buffer.from(value).toString("latin1");
  return parsed(method, path, fields);
}

/** What becomes of each request of this batch. */
export function passageOf(
  { target, connection, timeoutMs }: ProbeBatch,
  request: HttpRequest,
  caller: string,
): Passage {
  const isKept = connection === "kept";
  const authority = authorityOf(target.host, target.port);
  const fields: Fields = {};
  const given = headersOf({ request, network: systemNetwork, authority, caller, isKept, timeoutMs }, "");
  for (const [name, value] of Object.entries(given)) fields[name.toLowerCase()] = value;
  const usesNodesClient = isKept && !request.raw && request.method !== "CONNECT";
  const odd = Object.entries(fields).find(([name, value]) => CONTROL.test(name) || CONTROL.test(value));
  // Written raw it would be another request than the one that is meant, so it is not carried.
  if (odd !== undefined || CONTROL.test(request.method) || CONTROL.test(request.path))
    return unsent(`control characters are not carried without sockets: ${JSON.stringify(odd ?? request.path)}`);
  if (request.protocol === "h2c" || usesNodesClient) {
    const name = [request.method, ...Object.keys(fields)].find((word) => !TOKEN.test(word));
    if (name !== undefined) return unsent(`${JSON.stringify(name)} is not a valid HTTP token`);
  }
  if (request.protocol === "h2c") return overHttp2(request, fields);
  return usesNodesClient ? byNodesClient(request, fields) : byRawClient(request, fields, isKept);
}
