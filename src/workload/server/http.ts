/** One port for HTTP/1.1 and h2c with prior knowledge, distinguished by the first bytes. */
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Http2Server, IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import type { Duplex, Readable } from "node:stream";
import type { Arrival } from "../../domain/measurement/probe.ts";
import { formatMarker, type Identity, REQUEST_ID_HEADER, WORKLOAD_HEADER } from "../identity.ts";
import { type Answer, drainBody, type HttpHandler, isBodiless, type ReceivedRequest } from "./http-message.ts";
import { http2Module } from "./http2-module.ts";
import type { Inbound } from "./inbound.ts";
import { type Listening, listenStream, plainAddress } from "./listening.ts";
import { sniffHttp2 } from "./sniff.ts";

export interface HttpServerOptions {
  readonly port: number;
  readonly host?: string;
  readonly identity: Identity;
  readonly handler: HttpHandler;
  readonly note: (arrival: Arrival) => void;
  readonly admit: Inbound;
}

type Head = Pick<ReceivedRequest, "protocol" | "method" | "path" | "headers">;

/** Starts the port. Every reply carries the identity marker and repeats the request's id. */
export async function serveHttp(options: HttpServerOptions): Promise<Listening> {
  const http1 = createServer({ requireHostHeader: false }, (request, response) => {
    serveHttp1(request, response).catch(() => response.destroy());
  });
  // An idle connection that the server closes first is a race that proxies report as a 503.
  http1.keepAliveTimeout = 0;
  http1.on("checkContinue", (request, response) => {
    response.writeContinue();
    http1.emit("request", request, response);
  });
  http1.on("checkExpectation", (request, response) => http1.emit("request", request, response));
  http1.on("connect", (request, socket) => {
    const { method = "", url: path = "", headers } = request;
    answerBare(socket, { status: 405, body: "" }, { protocol: "http/1.1", method, path, headers });
  });
  http1.on("clientError", (_error, socket) => {
    if (socket.writable) answerBare(socket, { status: 400, body: "" });
    else socket.destroy();
  });

  let known: Http2Server | undefined;
  const http2 = (): Http2Server => {
    if (known !== undefined) return known;
    known = http2Module().createServer();
    known.on("stream", (stream, headers) => {
      serveHttp2(stream, headers).catch(() => stream.destroy());
    });
    known.on("sessionError", () => {});
    return known;
  };

  const onSocket = (socket: Socket) => {
    sniffHttp2(socket, (isHttp2) => (isHttp2 ? http2() : http1).emit("connection", socket));
  };
  const where = { port: options.port, ...(options.host === undefined ? {} : { host: options.host }) };
  const listening = await listenStream(where, onSocket, { allowHalfOpen: true });
  const marker = formatMarker(options.identity, listening.port);
  return listening;

  async function serveHttp1(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on("error", () => {});
    const { method = "", url: path = "", headers } = request;
    const answer = await answerTo({ protocol: "http/1.1", method, path, headers }, request.socket, request);
    if (answer === undefined || response.destroyed) return;
    response.writeHead(answer.status, headersOf(answer, request.headers)).end(answer.body);
  }

  async function serveHttp2(stream: ServerHttp2Stream, all: IncomingHttpHeaders): Promise<void> {
    stream.on("error", () => {});
    const headers: IncomingHttpHeaders = {};
    for (const [name, value] of Object.entries(all)) if (!name.startsWith(":")) headers[name] = value;
    if (all[":authority"] !== undefined) headers.host ??= String(all[":authority"]);
    const method = String(all[":method"] ?? "");
    const head: Head = { protocol: "h2c", method, path: String(all[":path"] ?? ""), headers };
    const answer = await answerTo(head, stream.session?.socket, stream);
    if (answer === undefined || stream.destroyed || stream.headersSent) return;
    const endStream = isBodiless(method, answer.status);
    stream.respond({ ":status": answer.status, ...headersOf(answer, headers) }, { endStream });
    if (!endStream) stream.end(answer.body);
  }

  /** Has the request admitted, notes it, reads its body and asks the handler; undefined if there is no answer. */
  async function answerTo(received: Head, socket: Duplex | undefined, body: Readable): Promise<Answer | undefined> {
    const { head, refusal, isSilent } = admit(received, socket);
    if (isSilent) return void body.resume();
    const id = refusal?.isForeign ? "" : noteArrival(head, socket);
    try {
      const request = { ...head, id, port: listening.port, ...(await drainBody(body)) };
      return refusal ?? (await options.handler(request));
    } catch (error) {
      return { status: 500, body: `${String(error)}\n` };
    }
  }

  /** The decision of whatever is in front of the application: the head to pass on, or the answer in its place. */
  function admit(head: Head, socket: Duplex | undefined): { head: Head; refusal?: Answer; isSilent?: true } {
    const peer = plainAddress((socket as Socket | undefined)?.remoteAddress);
    const admittance = options.admit({ transport: "http", peer, port: listening.port, request: head });
    switch (admittance.kind) {
      case "allow":
        if (admittance.headers === undefined) return { head };
        return { head: { ...head, headers: { ...head.headers, ...admittance.headers } } };
      case "refuse":
        return { head, refusal: { status: admittance.status, body: "refused\n", isForeign: true } };
      case "as-application":
        return { head, refusal: { status: 403, body: "the application refuses\n" } };
      case "reset":
        (socket as Socket | undefined)?.resetAndDestroy();
        return { head, isSilent: true };
      case "hang":
        return { head, isSilent: true };
    }
  }

  function noteArrival(head: Head, socket: Duplex | undefined): string {
    const id = requestId(head.headers);
    options.note({
      id,
      transport: "http",
      port: listening.port,
      method: head.method,
      path: head.path,
      peer: plainAddress((socket as Socket | undefined)?.remoteAddress),
      headers: Object.keys(head.headers),
      at: Date.now(),
    });
    return id;
  }

  function headersOf(answer: Answer, request: ReceivedRequest["headers"]): Record<string, string> {
    const headers: Record<string, string> = { ...answer.headers };
    if (!answer.isForeign) {
      headers[WORKLOAD_HEADER] = marker;
      const id = requestId(request);
      if (id !== "") headers[REQUEST_ID_HEADER] = id;
    }
    // The length that a GET would get, also for a HEAD; a status that never has a body states none (RFC 9110, 8.6).
    if (!isBodiless("", answer.status)) {
      headers["content-length"] = String(Buffer.byteLength(answer.body));
    }
    return headers;
  }

  /** An answer where Node provides no response object: to a tunnel, or (no `received`) to bytes that are not a request. */
  function answerBare(socket: Duplex, own: Answer, received?: Head): void {
    const noRequest: Head = { protocol: "http/1.1", method: "", path: "", headers: {} };
    const { head, refusal, isSilent } = admit(received ?? noRequest, socket);
    if (isSilent) return void socket.resume();
    const answer = refusal ?? own;
    if (received !== undefined && !answer.isForeign) noteArrival(head, socket);
    if (!socket.writable) return void socket.destroy();
    const headers = { ...headersOf(answer, head.headers), connection: "close" };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const body = isBodiless(head.method, answer.status) ? "" : answer.body;
    socket.end(`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}\r\n${lines.join("")}\r\n${body}`);
  }
}

function requestId(headers: ReceivedRequest["headers"]): string {
  const id = headers[REQUEST_ID_HEADER];
  return typeof id === "string" ? id : "";
}
