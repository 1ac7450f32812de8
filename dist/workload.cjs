const importMetaUrl = require("node:url").pathToFileURL(__filename).href;
"use strict";
var __defProp = Object.defineProperty;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __esm = (fn, res, err) => function __init() {
  if (err) throw err[0];
  try {
    return fn && (res = (0, fn[__getOwnPropNames(fn)[0]])(fn = 0)), res;
  } catch (e) {
    throw err = [e], e;
  }
};
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};

// src/workload/identity.ts
function identityFromEnv(env) {
  const identity = {
    pod: env.POD_NAME || (0, import_node_os.hostname)(),
    account: env.SERVICE_ACCOUNT || "default",
    workload: env.SERVICE_NAME || "Default"
  };
  return env.SERVICE_VERSION ? { ...identity, version: env.SERVICE_VERSION } : identity;
}
function formatMarker(identity, port) {
  return [identity.pod, identity.account, identity.workload, String(port)].map(encodeURIComponent).join("/");
}
function parseMarker(marker) {
  const match = /^([^/\s]+)\/([^/\s]+)\/([^/\s]+)\/(\d{1,5})$/.exec(marker ?? "");
  if (match === null) return void 0;
  const [, pod = "", account = "", workload = "", port = ""] = match;
  try {
    return {
      pod: decodeURIComponent(pod),
      account: decodeURIComponent(account),
      workload: decodeURIComponent(workload),
      port: Number(port)
    };
  } catch {
    return void 0;
  }
}
function formatIdentityLine(marker, id) {
  return id === void 0 ? `${LINE_WORD} ${marker}` : `${LINE_WORD} ${marker} ${id}`;
}
function parseIdentityLine(line) {
  const [word, marker, ...rest] = line.split(" ");
  const server = word === LINE_WORD ? parseMarker(marker) : void 0;
  if (server === void 0) return void 0;
  return rest.length === 0 ? { server } : { server, id: rest.join(" ") };
}
var import_node_os, WORKLOAD_HEADER, REQUEST_ID_HEADER, CALLER_HEADER, LINE_WORD;
var init_identity = __esm({
  "src/workload/identity.ts"() {
    "use strict";
    import_node_os = require("node:os");
    WORKLOAD_HEADER = "x-smi-workload";
    REQUEST_ID_HEADER = "x-smi-request-id";
    CALLER_HEADER = "ServiceName";
    LINE_WORD = "smi-workload";
  }
});

// src/workload/network.ts
function endpointKey({ address, port }) {
  return `${address} ${port}`;
}
async function resolveHost(network, host) {
  if ((0, import_node_net2.isIP)(host) !== 0) return [host];
  const { promise: tooLate, reject } = Promise.withResolvers();
  const timer = setTimeout(
    reject,
    RESOLVE_TIMEOUT_MS,
    new Error(`no answer about ${host} in ${RESOLVE_TIMEOUT_MS} ms`)
  );
  try {
    const addresses = await Promise.race([network.resolve(host), tooLate]);
    if (addresses.length === 0) throw new Error(`${host} has no address`);
    return addresses;
  } finally {
    clearTimeout(timer);
  }
}
function endConnection(network, socket) {
  if (network.resetsWhenDone && !socket.destroyed) socket.resetAndDestroy();
  else socket.destroySoon();
}
function connectOptions(network, { address, port }) {
  const source = network.localAddress;
  return { host: address, port, noDelay: true, ...source === void 0 ? {} : { localAddress: source } };
}
var import_promises, import_node_net2, RESOLVE_TIMEOUT_MS, systemNetwork;
var init_network = __esm({
  "src/workload/network.ts"() {
    "use strict";
    import_promises = require("node:dns/promises");
    import_node_net2 = require("node:net");
    RESOLVE_TIMEOUT_MS = 1e4;
    systemNetwork = {
      async resolve(host) {
        const found = await (0, import_promises.lookup)(host, { all: true, order: "verbatim" });
        return found.map(({ address }) => address);
      }
    };
  }
});

// src/workload/server/listening.ts
async function listenStream(where, onSocket, options = {}) {
  const sockets = /* @__PURE__ */ new Set();
  const server = (0, import_node_net3.createServer)({ noDelay: true, allowHalfOpen: options.allowHalfOpen ?? false }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    onSocket(socket);
  });
  await new Promise((resolve, reject) => {
    server.once("error", (error) => {
      reject(new Error(`cannot listen on ${where.path ?? `${where.host ?? "*"}:${where.port}`}: ${error.message}`));
    });
    server.listen(where, resolve);
  });
  server.on("error", () => {
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    })
  };
}
function plainAddress(address) {
  return (address ?? "").replace(/^::ffff:(?=\d+\.)/i, "");
}
var import_node_net3;
var init_listening = __esm({
  "src/workload/server/listening.ts"() {
    "use strict";
    import_node_net3 = require("node:net");
  }
});

// src/workload/agent/lines.ts
var import_node_string_decoder, LineOverflow, LineSplitter;
var init_lines = __esm({
  "src/workload/agent/lines.ts"() {
    "use strict";
    import_node_string_decoder = require("node:string_decoder");
    LineOverflow = class extends Error {
      name = "LineOverflow";
    };
    LineSplitter = class {
      #decoder = new import_node_string_decoder.StringDecoder("utf8");
      #limit;
      #rest = "";
      /** `limit`: characters that a line may have, so that a peer which never ends its line cannot exhaust memory. */
      constructor(limit) {
        this.#limit = limit;
      }
      /** The lines that this chunk completes, without their ends (LF or CRLF). Throws LineOverflow. */
      push(piece) {
        const lines = (this.#rest + this.#decoder.write(piece)).split("\n");
        this.#rest = lines.pop() ?? "";
        if (this.#rest.length > this.#limit || lines.some((line) => line.length > this.#limit)) {
          throw new LineOverflow(`a line is longer than ${this.#limit} characters`);
        }
        return lines.map((line) => line.endsWith("\r") ? line.slice(0, -1) : line);
      }
    };
  }
});

// src/workload/client/failure.ts
function isTlsAlert(bytes) {
  return bytes[0] === 21 && bytes[1] === 3;
}
function failureOf(error) {
  const { code = "", message, rawPacket } = error;
  const detail = code === "" || message.includes(code) ? message : `${code}: ${message}`;
  if (rawPacket !== void 0 && isTlsAlert(rawPacket)) {
    return { failure: "reset", detail: "the peer sent a TLS alert", foreign: true };
  }
  if (RESET_CODES.has(code)) return { failure: "reset", detail };
  if (code === "ETIMEDOUT") return { failure: "timeout", detail };
  return { failure: "client", detail };
}
var RESET_CODES;
var init_failure = __esm({
  "src/workload/client/failure.ts"() {
    "use strict";
    RESET_CODES = /* @__PURE__ */ new Set([
      "ECONNREFUSED",
      "ECONNRESET",
      "ECONNABORTED",
      "EPIPE",
      "ERR_STREAM_PREMATURE_CLOSE",
      // A stream or session of HTTP/2 that the peer ended by RST_STREAM, GOAWAY or a closed connection.
      "ERR_HTTP2_STREAM_ERROR",
      "ERR_HTTP2_STREAM_CANCEL",
      "ERR_HTTP2_SESSION_ERROR",
      "ERR_HTTP2_GOAWAY_SESSION",
      "ERR_HTTP2_INVALID_SESSION"
    ]);
  }
});

// src/workload/server/http2-module.ts
var http2Module;
var init_http2_module = __esm({
  "src/workload/server/http2-module.ts"() {
    "use strict";
    http2Module = () => process.getBuiltinModule("node:http2");
  }
});

// src/workload/client/exchange.ts
function excerpt(bytes) {
  return JSON.stringify(bytes.toString("utf8", 0, MAX_EXCERPT));
}
var MAX_EXCERPT, Exchange;
var init_exchange = __esm({
  "src/workload/client/exchange.ts"() {
    "use strict";
    init_failure();
    MAX_EXCERPT = 200;
    Exchange = class {
      id;
      /** Resolves once it has ended; never rejects. */
      ended;
      #started = performance.now();
      #end;
      #timer;
      #remarks = [];
      #seen = {};
      #hasBytes = () => false;
      #isOver = false;
      /** Starts the time limit, in milliseconds. */
      constructor(id, timeoutMs) {
        this.id = id;
        const { promise, resolve } = Promise.withResolvers();
        this.ended = promise;
        this.#end = resolve;
        this.#timer = setTimeout(() => {
          this.fail({ failure: "timeout", detail: `no whole reply in ${timeoutMs} ms` });
        }, timeoutMs);
      }
      get isOver() {
        return this.#isOver;
      }
      /** Tells, when it ends, whether any byte of the reply came. */
      watchBytes(hasBytes) {
        this.#hasBytes = hasBytes;
      }
      see(seen) {
        this.#seen = { ...this.#seen, ...seen };
      }
      /** A remark that is placed before the description of a failure. */
      remark(text2) {
        this.#remarks.push(text2);
      }
      /** The whole reply has come. */
      succeed() {
        this.#finish();
      }
      fail(failure) {
        if (this.#isOver) return;
        if (failure.foreign) this.#hasBytes = () => false;
        this.remark(failure.detail);
        this.#finish(failure.failure);
      }
      failWith(error) {
        this.fail(failureOf(error));
      }
      #finish(failure) {
        if (this.#isOver) return;
        this.#isOver = true;
        clearTimeout(this.#timer);
        const ms = Math.round((performance.now() - this.#started) * 1e3) / 1e3;
        this.#end({
          id: this.id,
          ms,
          ...this.#seen,
          ...failure === void 0 ? {} : { failure, partial: this.#hasBytes() },
          ...this.#remarks.length === 0 ? {} : { detail: this.#remarks.join("; ") }
        });
      }
    };
  }
});

// src/workload/client/probe-client.ts
function authorityOf(host, port) {
  const name = host.includes(":") ? `[${host}]` : host;
  return port === 80 ? name : `${name}:${port}`;
}
function headersOf(settings, id) {
  const headers = { Host: settings.authority, [CALLER_HEADER]: settings.caller };
  for (const [name, value] of Object.entries(settings.request.headers)) {
    const ours = Object.keys(headers).find((own) => own.toLowerCase() === name.toLowerCase());
    headers[ours ?? name] = value;
  }
  for (const name of Object.keys(headers)) if (name.toLowerCase() === REQUEST_ID_HEADER) delete headers[name];
  headers[REQUEST_ID_HEADER] = id;
  const { body } = settings.request;
  const isFramed = Object.keys(headers).some((name) => /^(content-length|transfer-encoding)$/i.test(name));
  if (body !== void 0 && !isFramed) headers["Content-Length"] = String(Buffer.byteLength(body));
  return headers;
}
function headFacts(status, header) {
  const marker = header(WORKLOAD_HEADER);
  const id = header(REQUEST_ID_HEADER);
  const server = typeof marker === "string" ? parseMarker(marker) : void 0;
  return {
    status,
    ...server === void 0 ? {} : { server },
    ...typeof id === "string" ? { echoedId: id } : {}
  };
}
var OPENED_ANEW;
var init_probe_client = __esm({
  "src/workload/client/probe-client.ts"() {
    "use strict";
    init_identity();
    OPENED_ANEW = "on a connection opened anew";
  }
});

// src/workload/client/h2c.ts
function readReply(stream, exchange, mayBeRefused) {
  let isOurs = false;
  let isWhole = false;
  let first;
  let hasHead = false;
  exchange.watchBytes(() => hasHead);
  stream.on("response", (headers) => {
    hasHead = true;
    const facts = headFacts(headers[":status"] ?? 0, (name) => headers[name]);
    isOurs = facts.server !== void 0;
    exchange.see(facts);
  });
  stream.on("data", (piece) => {
    first ??= piece;
  });
  stream.on("end", () => {
    isWhole = hasHead;
  });
  stream.on("close", () => {
    const code = stream.rstCode;
    if (mayBeRefused && code === http2Module().constants.NGHTTP2_REFUSED_STREAM) return;
    if (!isWhole || stream.aborted || code !== http2Module().constants.NGHTTP2_NO_ERROR) {
      return exchange.fail({ failure: "reset", detail: `the stream ended early (code ${code ?? "none"})` });
    }
    if (!isOurs && first !== void 0) exchange.remark(excerpt(first));
    exchange.succeed();
  });
}
function http2Headers(settings, id) {
  const { Host: authority, ...others } = headersOf(settings, id);
  const headers = {
    ":method": settings.request.method,
    ":path": settings.request.path,
    ":authority": authority
  };
  for (const [name, value] of Object.entries(others)) {
    if (!CONNECTION_HEADERS.has(name.toLowerCase())) headers[name.toLowerCase()] = value;
  }
  return headers;
}
var import_node_net4, CONNECTION_HEADERS, H2cClient;
var init_h2c = __esm({
  "src/workload/client/h2c.ts"() {
    "use strict";
    import_node_net4 = require("node:net");
    init_network();
    init_http2_module();
    init_exchange();
    init_probe_client();
    CONNECTION_HEADERS = /* @__PURE__ */ new Set(["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"]);
    H2cClient = class {
      #settings;
      /** By endpoint: the last session, which may have ended. */
      #kept = /* @__PURE__ */ new Map();
      constructor(settings) {
        this.#settings = settings;
      }
      async send(id, endpoint) {
        const exchange = new Exchange(id, this.#settings.timeoutMs);
        const last = this.#kept.get(endpointKey(endpoint));
        const reused = last?.closed || last?.destroyed ? void 0 : last;
        try {
          const wasTaken = await this.#exchange(reused ?? this.#open(endpoint, exchange), exchange, reused !== void 0);
          if (!wasTaken) {
            reused?.close();
            await this.#exchange(this.#open(endpoint, exchange), exchange, false);
          }
        } catch (error) {
          exchange.failWith(error);
        }
        return exchange.ended;
      }
      close() {
        for (const session of this.#kept.values()) session.close();
      }
      #open(endpoint, exchange) {
        const options = connectOptions(this.#settings.network, endpoint);
        const session = http2Module().connect(`http://${this.#settings.authority}`, {
          createConnection: () => (0, import_node_net4.connect)(options)
        });
        session.on("error", () => {
        });
        if (!this.#settings.isKept) return session;
        const key = endpointKey(endpoint);
        if (this.#kept.has(key)) exchange.remark(OPENED_ANEW);
        this.#kept.set(key, session);
        return session;
      }
      /**
       * Resolves once the exchange has ended. Resolves to false, with the exchange still open, if `mayBeRefused` and the server
       * refused the stream unprocessed, as it does while it is closing a kept connection (RFC 9113, 8.7).
       */
      async #exchange(session, exchange, mayBeRefused) {
        const { request, isKept } = this.#settings;
        const onSessionError = (error) => exchange.failWith(error);
        session.on("error", onSessionError);
        const stream = session.request(http2Headers(this.#settings, exchange.id), {
          endStream: request.body === void 0
        });
        const givenBack = new Promise((resolve) => {
          stream.on("error", (error) => {
            if (mayBeRefused && stream.rstCode === http2Module().constants.NGHTTP2_REFUSED_STREAM) resolve(void 0);
            else exchange.failWith(error);
          });
        });
        readReply(stream, exchange, mayBeRefused);
        if (request.body !== void 0) stream.end(request.body);
        const observation = await Promise.race([exchange.ended, givenBack]);
        session.off("error", onSessionError);
        if (observation === void 0) return false;
        if (observation.failure !== void 0) session.destroy();
        else if (!isKept) session.close();
        return true;
      }
    };
  }
});

// src/workload/client/http.ts
function readReply2(response, exchange) {
  const facts = headFacts(response.statusCode ?? 0, (name) => response.headers[name]);
  exchange.see(facts);
  let first;
  response.on("data", (piece) => {
    first ??= piece;
  });
  response.on("error", (error) => exchange.failWith(error));
  response.on("end", () => {
    if (facts.server === void 0 && first !== void 0) exchange.remark(excerpt(first));
    exchange.succeed();
  });
}
var import_node_http, HttpClient;
var init_http = __esm({
  "src/workload/client/http.ts"() {
    "use strict";
    import_node_http = require("node:http");
    init_network();
    init_exchange();
    init_probe_client();
    HttpClient = class {
      #settings;
      /** Keeps a connection for each address and port. */
      #agent = new import_node_http.Agent({ keepAlive: true, maxSockets: 1 });
      /** Ports by address to which a connection has been opened: only there can one have been lost. */
      #connected = /* @__PURE__ */ new Set();
      constructor(settings) {
        this.#settings = settings;
      }
      async send(id, endpoint) {
        const { request, network, timeoutMs } = this.#settings;
        const exchange = new Exchange(id, timeoutMs);
        try {
          const sent = (0, import_node_http.request)({
            ...connectOptions(network, endpoint),
            agent: this.#agent,
            method: request.method,
            path: request.path,
            headers: headersOf(this.#settings, id)
          });
          sent.on("socket", (socket) => {
            const before = socket.bytesRead;
            exchange.watchBytes(() => socket.bytesRead > before);
          });
          sent.on("response", (response) => {
            this.#noteConnection(endpointKey(endpoint), sent.reusedSocket, exchange);
            readReply2(response, exchange);
          });
          sent.on("error", (error) => exchange.failWith(error));
          sent.end(request.body);
          const observation = await exchange.ended;
          if (observation.failure !== void 0) sent.destroy();
          return observation;
        } catch (error) {
          exchange.failWith(error);
          return exchange.ended;
        }
      }
      close() {
        this.#agent.destroy();
      }
      #noteConnection(key, isReused, exchange) {
        if (!isReused && this.#connected.has(key)) exchange.remark(OPENED_ANEW);
        this.#connected.add(key);
      }
    };
  }
});

// src/workload/client/http-reply.ts
function readHead(bytes, start = 0) {
  const end = bytes.indexOf("\r\n\r\n", start);
  const intro = bytes.toString("latin1", start, start + 7);
  if (!"HTTP/1.".startsWith(intro)) throw new MalformedReply("the reply does not begin like HTTP/1");
  if (end < 0) {
    if (bytes.length - start > MAX_HEAD_BYTES) throw new MalformedReply("the head of the reply does not end");
    return void 0;
  }
  const [first = "", ...lines] = bytes.toString("latin1", start, end).split("\r\n");
  const status = Number(STATUS_LINE.exec(first)?.[1]);
  if (Number.isNaN(status)) throw new MalformedReply(`not a status line: ${JSON.stringify(first)}`);
  const bodyStart = end + 4;
  if (status < 200 && status !== 101) return readHead(bytes, bodyStart);
  const headers = /* @__PURE__ */ new Map();
  for (const line of lines) {
    const [, name, value = ""] = HEADER_LINE.exec(line) ?? [];
    if (name === void 0) throw new MalformedReply(`not a header line: ${JSON.stringify(line)}`);
    const key = name.toLowerCase();
    const earlier = headers.get(key);
    headers.set(key, earlier === void 0 ? value : `${earlier}, ${value}`);
  }
  return { status, headers, bodyStart };
}
function readReply3(bytes, method, isEnded) {
  if (bytes.length === 0) return void 0;
  const head = readHead(bytes);
  if (head === void 0) return void 0;
  const { status, headers, bodyStart } = head;
  const isClosing = /\bclose\b/i.test(headers.get("connection") ?? "");
  const rest = bytes.subarray(bodyStart);
  const coding = headers.get("transfer-encoding");
  const length = headers.get("content-length");
  if (coding !== void 0 && length !== void 0) throw new MalformedReply("both a length and a transfer coding");
  const hasBody = method !== "HEAD" && status !== 204 && status !== 304;
  let body;
  let used = 0;
  if (!hasBody) body = Buffer.alloc(0);
  else if (coding !== void 0) {
    if (coding.toLowerCase() !== "chunked") throw new MalformedReply(`transfer coding ${coding}`);
    [body, used] = readChunks(rest) ?? [void 0, 0];
  } else if (length !== void 0) {
    if (!/^\d{1,15}$/.test(length)) throw new MalformedReply(`content-length ${length}`);
    used = Number(length);
    if (rest.length >= used) body = rest.subarray(0, used);
  } else {
    if (!isEnded) return void 0;
    return { status, headers, body: rest, isPersistent: false };
  }
  if (body === void 0) return void 0;
  if (rest.length > used) throw new MalformedReply(`${rest.length - used} bytes after the end of the reply`);
  return { status, headers, body, isPersistent: !isClosing && !isEnded };
}
function readChunks(bytes) {
  const chunks = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) return void 0;
    const line = bytes.toString("latin1", at, lineEnd);
    const size = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?$/.exec(line)?.[1];
    if (size === void 0) throw new MalformedReply(`not a chunk size: ${JSON.stringify(line)}`);
    const length = Number.parseInt(size, 16);
    if (length === 0) {
      const end = bytes.indexOf("\r\n\r\n", lineEnd);
      return end < 0 ? void 0 : [Buffer.concat(chunks), end + 4];
    }
    const dataEnd = lineEnd + 2 + length;
    if (bytes.length < dataEnd + 2) return void 0;
    if (bytes.toString("latin1", dataEnd, dataEnd + 2) !== "\r\n") throw new MalformedReply("a chunk without its end");
    chunks.push(bytes.subarray(lineEnd + 2, dataEnd));
    at = dataEnd + 2;
  }
}
var MalformedReply, MAX_HEAD_BYTES, STATUS_LINE, HEADER_LINE;
var init_http_reply = __esm({
  "src/workload/client/http-reply.ts"() {
    "use strict";
    MalformedReply = class extends Error {
      name = "MalformedReply";
    };
    MAX_HEAD_BYTES = 64 * 1024;
    STATUS_LINE = /^HTTP\/1\.[01] ([1-5]\d\d)(?: .*)?$/;
    HEADER_LINE = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/;
  }
});

// src/workload/client/raw-http.ts
function readReplyFrom(socket, exchange, method, onWhole) {
  let bytes = Buffer.alloc(0);
  exchange.watchBytes(() => bytes.length > 0);
  const read = (isEnded) => {
    try {
      if (isTlsAlert(bytes)) {
        return exchange.fail({ failure: "reset", detail: "the peer sent a TLS alert", foreign: true });
      }
      const reply = readReply3(bytes, method, isEnded);
      const head = reply ?? readHead(bytes);
      if (head === void 0) return;
      const facts = headFacts(head.status, (name) => head.headers.get(name));
      exchange.see(facts);
      if (reply === void 0) return;
      if (facts.server === void 0 && reply.body.length > 0) exchange.remark(excerpt(reply.body));
      onWhole(reply.isPersistent);
      exchange.succeed();
    } catch (error) {
      exchange.fail({ failure: "client", detail: `${error.message}; it began with ${excerpt(bytes)}` });
    }
  };
  const onData = (piece) => {
    bytes = bytes.length === 0 ? piece : Buffer.concat([bytes, piece]);
    read(false);
  };
  const onEnd = () => {
    read(true);
    exchange.fail({ failure: "reset", detail: "the connection ended before the reply" });
  };
  const onError = (error) => exchange.failWith(error);
  socket.on("data", onData).on("end", onEnd).on("error", onError);
  return () => {
    socket.off("data", onData).off("end", onEnd).off("error", onError);
  };
}
var import_node_net5, RawHttpClient;
var init_raw_http = __esm({
  "src/workload/client/raw-http.ts"() {
    "use strict";
    import_node_net5 = require("node:net");
    init_network();
    init_exchange();
    init_failure();
    init_http_reply();
    init_probe_client();
    RawHttpClient = class {
      #settings;
      /** By endpoint: the open connection, or undefined if the last one could not be kept. */
      #kept = /* @__PURE__ */ new Map();
      constructor(settings) {
        this.#settings = settings;
      }
      async send(id, endpoint) {
        const { isKept, timeoutMs } = this.#settings;
        const exchange = new Exchange(id, timeoutMs);
        const key = endpointKey(endpoint);
        const last = this.#kept.get(key);
        const isOpen = last !== void 0 && !last.destroyed && !last.readableEnded;
        if (!isOpen && this.#kept.has(key)) exchange.remark(OPENED_ANEW);
        const socket = isOpen ? last : this.#open(endpoint);
        let isPersistent = false;
        const release = readReplyFrom(socket, exchange, this.#settings.request.method, (mayKeep) => {
          isPersistent = mayKeep;
        });
        socket.write(this.#requestBytes(id));
        const observation = await exchange.ended;
        release();
        const mayStay = isKept && isPersistent && observation.failure === void 0;
        if (isKept) this.#kept.set(key, mayStay ? socket : void 0);
        if (observation.failure !== void 0) socket.destroy();
        else if (!mayStay) endConnection(this.#settings.network, socket);
        return observation;
      }
      close() {
        for (const socket of this.#kept.values()) socket?.destroy();
      }
      #open(endpoint) {
        const socket = (0, import_node_net5.connect)(connectOptions(this.#settings.network, endpoint));
        socket.on("error", () => {
        });
        return socket;
      }
      #requestBytes(id) {
        const { request, isKept } = this.#settings;
        const headers = headersOf(this.#settings, id);
        const hasConnection = Object.keys(headers).some((name) => name.toLowerCase() === "connection");
        if (!hasConnection) headers.Connection = isKept ? "keep-alive" : "close";
        const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r
`);
        return `${request.method} ${request.path} HTTP/1.1\r
${lines.join("")}\r
${request.body ?? ""}`;
      }
    };
  }
});

// src/workload/client/tcp.ts
var import_node_net6, MAX_LINE, TcpClient;
var init_tcp = __esm({
  "src/workload/client/tcp.ts"() {
    "use strict";
    import_node_net6 = require("node:net");
    init_lines();
    init_identity();
    init_network();
    init_exchange();
    init_failure();
    MAX_LINE = 4096;
    TcpClient = class {
      #settings;
      constructor(settings) {
        this.#settings = settings;
      }
      async send(id, endpoint) {
        const { request, network, timeoutMs } = this.#settings;
        const exchange = new Exchange(id, timeoutMs);
        const socket = (0, import_node_net6.connect)(connectOptions(network, endpoint));
        const lines = new LineSplitter(MAX_LINE);
        let hasAsked = request.mode === "client-first";
        exchange.watchBytes(() => socket.bytesRead > 0);
        if (hasAsked) socket.write(`${id}
`);
        const onLine = (line) => {
          const said = parseIdentityLine(line);
          if (said === void 0) {
            const detail = `ended by other words than the application's: ${excerpt(Buffer.from(line))}`;
            return exchange.fail({ failure: "reset", detail, foreign: true });
          }
          exchange.see({ server: said.server });
          if (said.id !== void 0) {
            exchange.see({ echoedId: said.id });
            exchange.succeed();
          } else if (!hasAsked) {
            hasAsked = true;
            socket.write(`${id}
`);
          }
        };
        socket.on("data", (piece) => {
          if (isTlsAlert(piece)) {
            return exchange.fail({ failure: "reset", detail: "the peer sent a TLS alert", foreign: true });
          }
          try {
            for (const line of lines.push(piece)) onLine(line);
          } catch (error) {
            exchange.failWith(error);
          }
        });
        socket.on("error", (error) => exchange.failWith(error));
        socket.on("close", () => exchange.fail({ failure: "reset", detail: "the connection ended before the echo" }));
        const observation = await exchange.ended;
        if (observation.failure === void 0) endConnection(network, socket);
        else socket.destroy();
        return observation;
      }
      close() {
      }
    };
  }
});

// src/workload/client/udp.ts
var import_node_dgram, import_node_net7, UdpClient;
var init_udp = __esm({
  "src/workload/client/udp.ts"() {
    "use strict";
    import_node_dgram = require("node:dgram");
    import_node_net7 = require("node:net");
    init_identity();
    init_exchange();
    UdpClient = class {
      #settings;
      constructor(settings) {
        this.#settings = settings;
      }
      /** A separate socket for each probe, so that the state of one flow in conntrack does not affect the next. */
      async send(id, { address, port }) {
        const { request, network, timeoutMs } = this.#settings;
        const exchange = new Exchange(id, timeoutMs);
        const socket = (0, import_node_dgram.createSocket)((0, import_node_net7.isIPv6)(address) ? "udp6" : "udp4");
        let hasBytes = false;
        exchange.watchBytes(() => hasBytes);
        socket.on("error", (error) => exchange.failWith(error));
        socket.on("message", (datagram) => {
          hasBytes = true;
          const said = parseIdentityLine(datagram.toString("utf8"));
          if (said === void 0) return;
          exchange.see({ server: said.server, ...said.id === void 0 ? {} : { echoedId: said.id } });
          if (said.id === id) exchange.succeed();
        });
        const total = Math.max(1, request.datagrams ?? 1);
        let sent = 0;
        let resend;
        const sendOne = () => {
          sent += 1;
          if (sent >= total) clearInterval(resend);
          socket.send(id, (error) => error && exchange.failWith(error));
        };
        const start = () => {
          socket.connect(port, address, () => {
            if (exchange.isOver) return;
            if (total > 1) resend = setInterval(sendOne, timeoutMs / total);
            sendOne();
          });
        };
        if (network.localAddress === void 0) start();
        else socket.bind({ address: network.localAddress }, start);
        const observation = await exchange.ended;
        clearInterval(resend);
        socket.close();
        return observation;
      }
      close() {
      }
    };
  }
});

// src/workload/client/probe.ts
function httpClient(settings) {
  const { request, isKept } = settings;
  if (request.protocol === "h2c") return new H2cClient(settings);
  return isKept && !request.raw && request.method !== "CONNECT" ? new HttpClient(settings) : new RawHttpClient(settings);
}
function settingsFor(batch, prober) {
  return {
    ...prober,
    authority: authorityOf(batch.target.host, batch.target.port),
    isKept: batch.connection === "kept",
    timeoutMs: batch.timeoutMs
  };
}
function clientFor(batch, prober) {
  const { request } = batch;
  const settings = settingsFor(batch, prober);
  switch (request.kind) {
    case "http":
      return httpClient({ ...settings, request });
    case "tcp":
      return new TcpClient({ ...settings, request });
    case "udp":
      return new UdpClient({ ...settings, request });
  }
}
function headsOf(batch, prober) {
  const { request } = batch;
  if (request.kind !== "http") return () => void 0;
  const settings = { ...settingsFor(batch, prober), request };
  const headers = {};
  for (const [name, value] of Object.entries(headersOf(settings, ""))) headers[name.toLowerCase()] = value;
  return (id) => ({
    method: request.method,
    path: request.path,
    headers: { ...headers, [REQUEST_ID_HEADER]: id }
  });
}
function routeFor(batch, prober) {
  const { network } = prober;
  if (network.redirect === void 0) return (_id, meant) => meant;
  const headOf = headsOf(batch, prober);
  const transport = batch.request.kind === "udp" ? "udp" : "tcp";
  let kept;
  return (id, meant) => {
    const chosen = network.redirect?.(meant, transport, headOf(id), kept) ?? meant;
    if (batch.connection === "kept" && chosen !== "refused") kept = chosen;
    return chosen;
  };
}
function refused(id, { address, port }) {
  const detail = `ECONNREFUSED: the network has no way to ${address}:${port}`;
  return { id, ms: 0, failure: "reset", partial: false, detail };
}
function unsent(id, error) {
  return { id, ms: 0, failure: "client", partial: false, detail: failureOf(error).detail };
}
async function runBatch(batch, prober, signal) {
  const now = prober.network.now ?? (() => performance.now());
  const begun = now();
  const { target, count: count2 } = batch;
  const idOf = (n) => `${batch.id}-${n}`;
  let addresses;
  try {
    addresses = await resolveHost(prober.network, target.host);
  } catch (error) {
    const ms = Math.round(now() - begun);
    const { detail } = failureOf(error);
    return Array.from({ length: count2 }, (_, n) => ({ id: idOf(n), ms, failure: "dns", partial: false, detail }));
  }
  const client = prober.network.clientFor?.(batch, prober.caller) ?? clientFor(batch, prober);
  const route = routeFor(batch, prober);
  const send2 = async (id, meant) => {
    try {
      const endpoint = route(id, meant);
      return endpoint === "refused" ? refused(id, meant) : await client.send(id, endpoint);
    } catch (error) {
      return unsent(id, error);
    }
  };
  const observations = [];
  let next = 0;
  const sendInTurn = async () => {
    while (next < count2 && !signal?.aborted) {
      const n = next++;
      const address = addresses[batch.connection === "kept" ? 0 : n % addresses.length] ?? target.host;
      observations[n] = await send2(idOf(n), { address, port: target.port });
    }
  };
  const atOnce = batch.connection === "kept" ? 1 : Math.min(batch.concurrency, count2);
  await Promise.all(Array.from({ length: atOnce }, sendInTurn));
  client.close();
  return observations;
}
var init_probe = __esm({
  "src/workload/client/probe.ts"() {
    "use strict";
    init_identity();
    init_network();
    init_failure();
    init_h2c();
    init_http();
    init_probe_client();
    init_raw_http();
    init_tcp();
    init_udp();
  }
});

// src/workload/agent/health.ts
async function checkHealth(identity, host, ports2, arrivals) {
  const id = `health-${nonce()}${nonce()}-check`;
  const network = (0, import_node_net8.isIP)(host) === 0 ? systemNetwork : { ...systemNetwork, localAddress: host };
  const prober = { caller: identity.workload, network };
  const problems = [];
  const answering = async (transport) => {
    const checks = ports2[transport].map(async (port) => {
      const [seen] = await runBatch(
        {
          id,
          target: { host, port },
          request: REQUESTS[transport],
          count: 1,
          connection: "fresh",
          concurrency: 1,
          timeoutMs: TIMEOUT_MS
        },
        prober
      );
      if (isOwnReply(seen, identity)) return [port];
      problems.push(`${transport} ${port}: ${seen?.detail ?? "another server answered"}`);
      return [];
    });
    return (await Promise.all(checks)).flat();
  };
  arrivals.ignore(id);
  try {
    const [http, tcp, udp] = await Promise.all([answering("http"), answering("tcp"), answering("udp")]);
    return {
      ok: problems.length === 0,
      identity: { pod: identity.pod, account: identity.account, workload: identity.workload },
      ports: { http, tcp, udp },
      now: Date.now(),
      ...problems.length === 0 ? {} : { detail: problems.join("; ") }
    };
  } finally {
    arrivals.stopIgnoring(id);
  }
}
function isOwnReply(seen, identity) {
  return seen !== void 0 && seen.failure === void 0 && seen.echoedId === seen.id && seen.server?.pod === identity.pod;
}
var import_node_net8, TIMEOUT_MS, REQUESTS, nonce;
var init_health = __esm({
  "src/workload/agent/health.ts"() {
    "use strict";
    import_node_net8 = require("node:net");
    init_probe();
    init_network();
    TIMEOUT_MS = 2e3;
    REQUESTS = {
      http: { kind: "http", protocol: "http/1.1", method: "GET", path: "/health", headers: {} },
      tcp: { kind: "tcp", mode: "server-first" },
      udp: { kind: "udp", datagrams: 3 }
    };
    nonce = () => Math.random().toString(36).slice(2);
  }
});

// src/workload/agent/packing.ts
function shapeTable() {
  const shapes = [];
  const numbers = /* @__PURE__ */ new Map();
  return {
    shapes,
    of(shape) {
      const key = JSON.stringify(shape);
      let number = numbers.get(key);
      if (number === void 0) {
        number = shapes.push(shape) - 1;
        numbers.set(key, number);
      }
      return number;
    }
  };
}
function packObservations(seen) {
  const table = shapeTable();
  const rows = seen.flatMap(({ id, ms, echoedId, ...rest }) => [
    table.of({ ...rest, ...echoedId === void 0 ? {} : echoedId === id ? { echoes: true } : { echoedId } }),
    ms
  ]);
  return { shapes: table.shapes, rows };
}
function packArrivals(prefix, arrivals) {
  const table = shapeTable();
  const rows = arrivals.flatMap(({ id, at, ...rest }) => [table.of(rest), id.slice(prefix.length), at]);
  return { shapes: table.shapes, rows };
}
var init_packing = __esm({
  "src/workload/agent/packing.ts"() {
    "use strict";
  }
});

// src/workload/agent/operations.ts
function createOperations(options) {
  const { identity, network, arrivals } = options;
  return {
    probe: (batch, signal) => runBatch(batch, { caller: identity.workload, network }, signal),
    arrivals: (prefix) => arrivals.withPrefix(prefix),
    health: () => checkHealth(identity, options.loopback, options.ports, arrivals),
    async resolve(host) {
      try {
        return await resolveHost(network, host);
      } catch (error) {
        if (NO_SUCH_NAME.has(error.code ?? "")) return [];
        throw error;
      }
    }
  };
}
async function answerRequest(operations, request, signal) {
  try {
    return { seq: request.seq, ok: true, result: await carryOut(operations, request, signal) };
  } catch (error) {
    return { seq: request.seq, ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}
async function carryOut(operations, request, signal) {
  switch (request.op) {
    case "probe":
      return packObservations(await operations.probe(request.batch, signal));
    case "arrivals":
      return packArrivals(request.prefix, operations.arrivals(request.prefix));
    case "health":
      return operations.health();
    case "resolve":
      return operations.resolve(request.host);
  }
}
var NO_SUCH_NAME;
var init_operations = __esm({
  "src/workload/agent/operations.ts"() {
    "use strict";
    init_probe();
    init_network();
    init_health();
    init_packing();
    NO_SUCH_NAME = /* @__PURE__ */ new Set(["ENOTFOUND", "ENODATA"]);
  }
});

// src/workload/agent/request.ts
function fields(value, name) {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${name}: expected an object`);
  return value;
}
function text(value, name) {
  if (typeof value !== "string") throw new Error(`${name}: expected a string`);
  return value;
}
function filled(value, name) {
  if (text(value, name) === "") throw new Error(`${name}: expected a string that is not empty`);
  return text(value, name);
}
function whole(value, name, min, max) {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new Error(`${name}: expected a whole number from ${min} to ${max}`);
  }
  return value;
}
function oneOf(value, name, allowed) {
  const found = allowed.find((word) => word === value);
  if (found === void 0) throw new Error(`${name}: expected one of ${allowed.join(", ")}`);
  return found;
}
function parseProbeRequest(value) {
  const given = fields(value, "batch.request");
  const kind = oneOf(given.kind, "batch.request.kind", ["http", "tcp", "udp"]);
  if (kind === "tcp") return { kind, mode: oneOf(given.mode, "batch.request.mode", ["client-first", "server-first"]) };
  if (kind === "udp") return { kind, datagrams: whole(given.datagrams ?? 1, "batch.request.datagrams", 1, 1e3) };
  const headers = Object.entries(fields(given.headers ?? {}, "batch.request.headers"));
  return {
    kind,
    protocol: oneOf(given.protocol, "batch.request.protocol", ["http/1.1", "h2c"]),
    method: filled(given.method, "batch.request.method"),
    path: filled(given.path, "batch.request.path"),
    headers: Object.fromEntries(headers.map(([name, value2]) => [name, text(value2, `batch.request.headers.${name}`)])),
    ...given.body === void 0 ? {} : { body: text(given.body, "batch.request.body") },
    raw: given.raw === true
  };
}
function parseBatch(value) {
  const given = fields(value, "batch");
  const target = fields(given.target, "batch.target");
  const request = parseProbeRequest(given.request);
  const connection = oneOf(given.connection, "batch.connection", ["fresh", "kept"]);
  if (connection === "kept" && request.kind !== "http") throw new Error("batch.connection: only HTTP can be kept");
  return {
    id: filled(given.id, "batch.id"),
    target: {
      host: filled(target.host, "batch.target.host"),
      port: whole(target.port, "batch.target.port", 1, 65535)
    },
    request,
    count: whole(given.count, "batch.count", 1, MAX_COUNT),
    connection,
    concurrency: whole(given.concurrency, "batch.concurrency", 1, MAX_CONCURRENCY),
    timeoutMs: whole(given.timeoutMs, "batch.timeoutMs", 1, MAX_TIMEOUT_MS)
  };
}
function parseAgentRequest(line) {
  let seq = -1;
  try {
    const given = fields(JSON.parse(line), "request");
    seq = whole(given.seq, "seq", 0, Number.MAX_SAFE_INTEGER);
    const op = oneOf(given.op, "op", ["probe", "arrivals", "health", "resolve"]);
    switch (op) {
      case "probe":
        return { seq, op, batch: parseBatch(given.batch) };
      case "arrivals":
        return { seq, op, prefix: text(given.prefix, "prefix") };
      case "resolve":
        return { seq, op, host: filled(given.host, "host") };
      case "health":
        return { seq, op };
    }
  } catch (error) {
    throw new InvalidRequest(seq, error.message);
  }
}
var MAX_COUNT, MAX_CONCURRENCY, MAX_TIMEOUT_MS, InvalidRequest;
var init_request = __esm({
  "src/workload/agent/request.ts"() {
    "use strict";
    MAX_COUNT = 1e5;
    MAX_CONCURRENCY = 256;
    MAX_TIMEOUT_MS = 6e5;
    InvalidRequest = class extends Error {
      name = "InvalidRequest";
      seq;
      constructor(seq, problem) {
        super(problem);
        this.seq = seq;
      }
    };
  }
});

// src/workload/agent/control.ts
async function serveControl(path, operations) {
  await (0, import_promises2.rm)(path, { force: true });
  return listenStream({ path }, (socket) => serveAgent(socket, operations), { allowHalfOpen: true });
}
function serveAgent(socket, operations) {
  const lines = new LineSplitter(MAX_LINE2);
  const gone = new AbortController();
  let underWay = 0;
  let hasEnded = false;
  let held = [];
  const flush = () => {
    const lines2 = held.join("");
    held = [];
    if (socket.writable && !socket.write(lines2)) socket.pause();
  };
  const reply = (answer) => {
    if (held.push(`${JSON.stringify(answer)}
`) === 1) process.nextTick(flush);
  };
  const end = () => {
    if (held.length > 0) flush();
    socket.end();
  };
  const onLine = async (line) => {
    underWay += 1;
    reply(await answerLine(line));
    underWay -= 1;
    if (hasEnded && underWay === 0) end();
  };
  const answerLine = async (line) => {
    try {
      return await answerRequest(operations, parseAgentRequest(line), gone.signal);
    } catch (error) {
      const seq = error instanceof InvalidRequest ? error.seq : -1;
      return { seq, ok: false, error: error instanceof Error ? error.message : String(error) };
    }
  };
  socket.on("data", (piece) => {
    try {
      for (const line of lines.push(piece)) if (line !== "") void onLine(line);
    } catch (error) {
      reply({ seq: -1, ok: false, error: error.message });
      end();
    }
  });
  socket.on("drain", () => socket.resume());
  socket.on("end", () => {
    hasEnded = true;
    if (underWay === 0) end();
  });
  socket.on("close", () => gone.abort());
}
var import_promises2, MAX_LINE2;
var init_control = __esm({
  "src/workload/agent/control.ts"() {
    "use strict";
    import_promises2 = require("node:fs/promises");
    init_listening();
    init_lines();
    init_operations();
    init_request();
    MAX_LINE2 = 4 * 1024 * 1024;
  }
});

// src/workload/server/arrivals.ts
function batchOf(id) {
  return id.replace(/-\d+$/, "");
}
var MAX_ARRIVALS, MAX_ANONYMOUS, MAX_ID, MAX_PATH, ArrivalLog;
var init_arrivals = __esm({
  "src/workload/server/arrivals.ts"() {
    "use strict";
    MAX_ARRIVALS = 5e4;
    MAX_ANONYMOUS = 1e3;
    MAX_ID = 256;
    MAX_PATH = 2048;
    ArrivalLog = class {
      #limit;
      #batches = /* @__PURE__ */ new Map();
      #ignoredBatches = /* @__PURE__ */ new Set();
      #anonymous = [];
      #count = 0;
      #lastHeaders = [];
      constructor(limit = MAX_ARRIVALS) {
        this.#limit = limit;
      }
      /** Requests of this batch are the server's checks of itself and are not noted until `stopIgnoring`. */
      ignore(batch) {
        this.#ignoredBatches.add(batch);
      }
      stopIgnoring(batch) {
        this.#ignoredBatches.delete(batch);
      }
      /** Notes one request. Ids are cut at 256 characters, paths at 2048. */
      note(arrival) {
        const id = arrival.id.slice(0, MAX_ID);
        const batch = batchOf(id);
        if (this.#ignoredBatches.has(batch)) return;
        const kept = {
          ...arrival,
          id,
          ...arrival.path === void 0 ? {} : { path: arrival.path.slice(0, MAX_PATH) },
          ...arrival.headers === void 0 ? {} : { headers: this.#shared(arrival.headers) }
        };
        if (id === "") {
          this.#anonymous.push(kept);
          if (this.#anonymous.length >= 2 * MAX_ANONYMOUS) this.#anonymous = this.#anonymous.slice(-MAX_ANONYMOUS);
          return;
        }
        const list = this.#batches.get(batch);
        if (list === void 0) this.#batches.set(batch, [kept]);
        else list.push(kept);
        this.#count += 1;
        if (this.#count > this.#limit) this.#dropOldest();
      }
      /**
       * Arrivals whose id starts with `prefix`, oldest first within a batch; `""` gives all, those without id included.
       * A batch is asked for as `${batch}-`, since `b-1` is a prefix of `b-10` too.
       */
      withPrefix(prefix) {
        const found = prefix === "" ? this.#anonymous.slice(-MAX_ANONYMOUS) : [];
        for (const [batch, list] of this.#batches) {
          if (batch.startsWith(prefix)) found.push(...list);
          else if (prefix.startsWith(batch)) found.push(...list.filter((arrival) => arrival.id.startsWith(prefix)));
        }
        return found;
      }
      /** A path through a mesh adds the same headers every time: sharing one array saves most of the log's memory. */
      #shared(headers) {
        const last = this.#lastHeaders;
        if (headers.length === last.length && headers.every((name, index) => name === last[index])) return last;
        this.#lastHeaders = headers;
        return headers;
      }
      #dropOldest() {
        const oldest = this.#batches.keys().next().value;
        if (oldest === void 0) return;
        this.#count -= this.#batches.get(oldest)?.length ?? 0;
        this.#batches.delete(oldest);
      }
    };
  }
});

// src/workload/server/http-message.ts
function jsonAnswer(status, value) {
  return { status, headers: { "content-type": "application/json" }, body: `${JSON.stringify(value)}
` };
}
function isBodiless(method, status) {
  return method === "HEAD" || status === 204 || status === 304;
}
function drainBody(stream) {
  return new Promise((resolve, reject) => {
    const kept = [];
    let bodyBytes = 0;
    stream.on("data", (piece) => {
      if (bodyBytes < MAX_BODY_BYTES) kept.push(piece.subarray(0, MAX_BODY_BYTES - bodyBytes));
      bodyBytes += piece.length;
    });
    stream.on("end", () => resolve({ body: Buffer.concat(kept), bodyBytes }));
    stream.on("error", reject);
    stream.on("close", () => {
      if (!stream.readableEnded) reject(new Error("the request was cut off"));
    });
  });
}
var MAX_BODY_BYTES;
var init_http_message = __esm({
  "src/workload/server/http-message.ts"() {
    "use strict";
    MAX_BODY_BYTES = 1024 * 1024;
  }
});

// src/workload/server/sniff.ts
function sniffHttp2(socket, decide) {
  let head = Buffer.alloc(0);
  const onEnd = () => socket.destroy();
  const onData = (piece) => {
    head = head.length === 0 ? piece : Buffer.concat([head, piece]);
    const length = Math.min(head.length, PREFACE.length);
    const isLike = head.subarray(0, length).equals(PREFACE.subarray(0, length));
    if (isLike && length < PREFACE.length) return;
    socket.off("data", onData);
    socket.off("end", onEnd);
    socket.pause();
    socket.unshift(head);
    decide(isLike);
    process.nextTick(() => socket.resume());
  };
  socket.on("data", onData);
  socket.on("end", onEnd);
}
var PREFACE;
var init_sniff = __esm({
  "src/workload/server/sniff.ts"() {
    "use strict";
    PREFACE = Buffer.from("PRI * HTTP/2.0");
  }
});

// src/workload/server/http.ts
async function serveHttp(options) {
  const http1 = (0, import_node_http2.createServer)({ requireHostHeader: false }, (request, response) => {
    serveHttp1(request, response).catch(() => response.destroy());
  });
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
  let known;
  const http2 = () => {
    if (known !== void 0) return known;
    known = http2Module().createServer();
    known.on("stream", (stream, headers) => {
      serveHttp2(stream, headers).catch(() => stream.destroy());
    });
    known.on("sessionError", () => {
    });
    return known;
  };
  const onSocket = (socket) => {
    sniffHttp2(socket, (isHttp2) => (isHttp2 ? http2() : http1).emit("connection", socket));
  };
  const where = { port: options.port, ...options.host === void 0 ? {} : { host: options.host } };
  const listening = await listenStream(where, onSocket, { allowHalfOpen: true });
  const marker = formatMarker(options.identity, listening.port);
  return listening;
  async function serveHttp1(request, response) {
    response.on("error", () => {
    });
    const { method = "", url: path = "", headers } = request;
    const answer = await answerTo({ protocol: "http/1.1", method, path, headers }, request.socket, request);
    if (answer === void 0 || response.destroyed) return;
    response.writeHead(answer.status, headersOf2(answer, request.headers)).end(answer.body);
  }
  async function serveHttp2(stream, all) {
    stream.on("error", () => {
    });
    const headers = {};
    for (const [name, value] of Object.entries(all)) if (!name.startsWith(":")) headers[name] = value;
    if (all[":authority"] !== void 0) headers.host ??= String(all[":authority"]);
    const method = String(all[":method"] ?? "");
    const head = { protocol: "h2c", method, path: String(all[":path"] ?? ""), headers };
    const answer = await answerTo(head, stream.session?.socket, stream);
    if (answer === void 0 || stream.destroyed || stream.headersSent) return;
    const endStream = isBodiless(method, answer.status);
    stream.respond({ ":status": answer.status, ...headersOf2(answer, headers) }, { endStream });
    if (!endStream) stream.end(answer.body);
  }
  async function answerTo(received, socket, body) {
    const { head, refusal, isSilent } = admit(received, socket);
    if (isSilent) return void body.resume();
    const id = refusal?.isForeign ? "" : noteArrival(head, socket);
    try {
      const request = { ...head, id, port: listening.port, ...await drainBody(body) };
      return refusal ?? await options.handler(request);
    } catch (error) {
      return { status: 500, body: `${String(error)}
` };
    }
  }
  function admit(head, socket) {
    const peer = plainAddress(socket?.remoteAddress);
    const admittance = options.admit({ transport: "http", peer, port: listening.port, request: head });
    switch (admittance.kind) {
      case "allow":
        if (admittance.headers === void 0) return { head };
        return { head: { ...head, headers: { ...head.headers, ...admittance.headers } } };
      case "refuse":
        return { head, refusal: { status: admittance.status, body: "refused\n", isForeign: true } };
      case "as-application":
        return { head, refusal: { status: 403, body: "the application refuses\n" } };
      case "reset":
        socket?.resetAndDestroy();
        return { head, isSilent: true };
      case "hang":
        return { head, isSilent: true };
    }
  }
  function noteArrival(head, socket) {
    const id = requestId(head.headers);
    options.note({
      id,
      transport: "http",
      port: listening.port,
      method: head.method,
      path: head.path,
      peer: plainAddress(socket?.remoteAddress),
      headers: Object.keys(head.headers),
      at: Date.now()
    });
    return id;
  }
  function headersOf2(answer, request) {
    const headers = { ...answer.headers };
    if (!answer.isForeign) {
      headers[WORKLOAD_HEADER] = marker;
      const id = requestId(request);
      if (id !== "") headers[REQUEST_ID_HEADER] = id;
    }
    if (!isBodiless("", answer.status)) {
      headers["content-length"] = String(Buffer.byteLength(answer.body));
    }
    return headers;
  }
  function answerBare(socket, own, received) {
    const noRequest = { protocol: "http/1.1", method: "", path: "", headers: {} };
    const { head, refusal, isSilent } = admit(received ?? noRequest, socket);
    if (isSilent) return void socket.resume();
    const answer = refusal ?? own;
    if (received !== void 0 && !answer.isForeign) noteArrival(head, socket);
    if (!socket.writable) return void socket.destroy();
    const headers = { ...headersOf2(answer, head.headers), connection: "close" };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r
`);
    const body = isBodiless(head.method, answer.status) ? "" : answer.body;
    socket.end(`HTTP/1.1 ${answer.status} ${import_node_http2.STATUS_CODES[answer.status]}\r
${lines.join("")}\r
${body}`);
  }
}
function requestId(headers) {
  const id = headers[REQUEST_ID_HEADER];
  return typeof id === "string" ? id : "";
}
var import_node_http2;
var init_http2 = __esm({
  "src/workload/server/http.ts"() {
    "use strict";
    import_node_http2 = require("node:http");
    init_identity();
    init_http_message();
    init_http2_module();
    init_listening();
    init_sniff();
  }
});

// src/workload/server/http-echo.ts
function switchOf(path) {
  const match = /^\/(status|delay)\/(\d{1,9})(?:\?.*)?$/.exec(path);
  if (match === null) return void 0;
  return { name: match[1] === "status" ? "status" : "delay", value: Number(match[2]) };
}
function echoHandler(identity, pause = realPause) {
  return async (request) => {
    const asked = switchOf(request.path);
    let status = 200;
    if (asked?.name === "status") status = asked.value >= 200 && asked.value <= 599 ? asked.value : 400;
    if (asked?.name === "delay") await pause(Math.min(asked.value, MAX_DELAY_MS));
    return jsonAnswer(status, {
      ...identity,
      port: request.port,
      id: request.id,
      protocol: request.protocol,
      method: request.method,
      path: request.path,
      headers: request.headers,
      bodyBytes: request.bodyBytes
    });
  };
}
var import_promises3, MAX_DELAY_MS, realPause;
var init_http_echo = __esm({
  "src/workload/server/http-echo.ts"() {
    "use strict";
    import_promises3 = require("node:timers/promises");
    init_http_message();
    MAX_DELAY_MS = 6e4;
    realPause = (ms) => (0, import_promises3.setTimeout)(ms, void 0, { ref: false });
  }
});

// src/workload/server/inbound.ts
function admitter(inbound, own) {
  if (inbound === void 0) return () => ALLOW;
  return (incoming) => incoming.peer === own ? ALLOW : inbound(incoming);
}
var REFUSED_ID, ALLOW;
var init_inbound = __esm({
  "src/workload/server/inbound.ts"() {
    "use strict";
    REFUSED_ID = "refused";
    ALLOW = { kind: "allow" };
  }
});

// src/workload/server/learn-layer5.ts
function count(list, entry) {
  list.push(entry);
  if (list.length > MAX_COUNTED) list.shift();
}
function parseCall(body) {
  const asked = JSON.parse(body.toString("utf8"));
  if (typeof asked !== "object" || asked === null) throw new Error("expected a JSON object");
  const { url, method = "GET", headers, body: content = "" } = asked;
  if (typeof url !== "string" || typeof method !== "string" || typeof content !== "string") {
    throw new Error("url, method and body must be strings");
  }
  const parsed = new URL(url);
  if (parsed.protocol !== "http:") throw new Error("only http URLs are called");
  const given = Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]);
  return {
    url: parsed,
    text: url,
    method: method || "GET",
    headers: headers ? Object.fromEntries(given) : void 0,
    body: content
  };
}
function send(call, caller) {
  return new Promise((resolve, reject) => {
    const headers = { ...call.headers, [CALLER_HEADER]: caller };
    const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
    const request = (0, import_node_http3.request)(call.url, { method: call.method, headers, agent: false, signal }, (response) => {
      const pieces = [];
      response.on("data", (piece) => pieces.push(piece));
      response.on("error", reject);
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(pieces).toString("utf8") });
      });
    });
    request.on("error", reject);
    request.end(["POST", "PUT", "PATCH"].includes(call.method) ? call.body : void 0);
  });
}
function echo(request) {
  const lines = Object.entries(request.headers).map(([name, value]) => `${name}: ${String(value)}\r
`);
  const head = `${request.method} ${request.path} HTTP/1.1\r
${lines.join("")}\r
`;
  return textAnswer(200, head + request.body.toString("utf8"));
}
function learnLayer5Handler(identity) {
  let counters = new Counters();
  async function call(request) {
    if (request.method !== "POST") return textAnswer(400, "Method not defined\n");
    if (request.bodyBytes === 0) return textAnswer(200, "");
    let asked;
    try {
      asked = parseCall(request.body);
    } catch (error) {
      return textAnswer(400, `Error parsing body: ${error.message}
`);
    }
    try {
      const got = await send(asked, identity.workload);
      const isSuccess = got.status >= 200 && got.status < 400;
      const counted = { URL: asked.text, Method: asked.method, Headers: asked.headers ?? null };
      count(isSuccess ? counters.RespSucceeded : counters.RespFailed, counted);
      return textAnswer(200, got.body);
    } catch (error) {
      return textAnswer(500, `Error completing the request: ${error.message}
`);
    }
  }
  function metrics(method) {
    if (method === "GET") return jsonAnswer(200, counters);
    if (method !== "DELETE") return textAnswer(400, "Method not defined\n");
    counters = new Counters();
    return textAnswer(200, "");
  }
  return (request) => {
    const [path] = request.path.split("?", 1);
    if (path === "/metrics") return metrics(request.method);
    if (path !== "/call" && path !== "/echo") return textAnswer(404, "404 page not found\n");
    const caller = request.headers[CALLER_HEADER.toLowerCase()];
    count(counters.ReqReceived, typeof caller === "string" && caller !== "" ? caller : "Unidentified");
    return path === "/call" ? call(request) : echo(request);
  };
}
var import_node_http3, MAX_COUNTED, CALL_TIMEOUT_MS, Counters, textAnswer;
var init_learn_layer5 = __esm({
  "src/workload/server/learn-layer5.ts"() {
    "use strict";
    import_node_http3 = require("node:http");
    init_identity();
    init_http_message();
    MAX_COUNTED = 1e4;
    CALL_TIMEOUT_MS = 3e4;
    Counters = class {
      ReqReceived = [];
      RespSucceeded = [];
      RespFailed = [];
    };
    textAnswer = (status, text2) => ({
      status,
      headers: { "content-type": "text/plain; charset=utf-8" },
      body: text2
    });
  }
});

// src/workload/server/tcp.ts
async function serveTcp(options) {
  const where = { port: options.port, ...options.host === void 0 ? {} : { host: options.host } };
  const listening = await listenStream(where, (socket) => {
    const peer = plainAddress(socket.remoteAddress);
    const { kind } = options.admit({ transport: "tcp", peer, port: listening.port });
    if (kind === "hang") return void socket.resume();
    if (kind === "refuse" || kind === "reset") return void socket.resetAndDestroy();
    const lines = new LineSplitter(MAX_LINE3);
    let isNamed = false;
    const note = (id) => {
      options.note({ id, transport: "tcp", port: listening.port, peer, at: Date.now() });
    };
    socket.write(`${formatIdentityLine(marker)}
`);
    socket.on("data", (piece) => {
      try {
        for (const id of lines.push(piece)) {
          isNamed = true;
          note(id);
          socket.write(`${formatIdentityLine(marker, kind === "allow" ? id : REFUSED_ID)}
`);
        }
      } catch {
        socket.destroy();
      }
    });
    socket.on("close", () => {
      if (!isNamed) note("");
    });
  });
  const marker = formatMarker(options.identity, listening.port);
  return listening;
}
var MAX_LINE3;
var init_tcp2 = __esm({
  "src/workload/server/tcp.ts"() {
    "use strict";
    init_lines();
    init_identity();
    init_inbound();
    init_listening();
    MAX_LINE3 = 4096;
  }
});

// src/workload/server/udp.ts
function bind(type, port, address) {
  const socket = (0, import_node_dgram2.createSocket)({ type });
  return new Promise((resolve, reject) => {
    socket.once("error", (error) => {
      socket.close();
      reject(new Error(`cannot listen on udp ${address ?? "*"}:${port}: ${error.message}`));
    });
    socket.bind({ port, ...address === void 0 ? {} : { address } }, () => {
      socket.removeAllListeners("error");
      resolve(socket);
    });
  });
}
async function bindAny(port, host) {
  if (host !== void 0) return bind((0, import_node_net9.isIPv6)(host) ? "udp6" : "udp4", port, host);
  return bind("udp6", port, void 0).catch(() => bind("udp4", port, void 0));
}
async function serveUdp(options) {
  const socket = await bindAny(options.port, options.host);
  const { port } = socket.address();
  const marker = formatMarker(options.identity, port);
  socket.on("error", () => {
  });
  socket.on("message", (datagram, from) => {
    const peer = plainAddress(from.address);
    const { kind } = options.admit({ transport: "udp", peer, port });
    if (kind !== "allow" && kind !== "as-application") return;
    const id = datagram.toString("utf8").trim();
    options.note({ id, transport: "udp", port, peer, at: Date.now() });
    socket.send(formatIdentityLine(marker, kind === "allow" ? id : REFUSED_ID), from.port, from.address, () => {
    });
  });
  return { port, close: () => new Promise((resolve) => void socket.close(() => resolve())) };
}
var import_node_dgram2, import_node_net9;
var init_udp2 = __esm({
  "src/workload/server/udp.ts"() {
    "use strict";
    import_node_dgram2 = require("node:dgram");
    import_node_net9 = require("node:net");
    init_identity();
    init_inbound();
    init_listening();
  }
});

// src/workload/server/server.ts
var server_exports = {};
__export(server_exports, {
  startServer: () => startServer
});
async function startServer(options) {
  const { identity } = options;
  const arrivals = new ArrivalLog();
  const open = [];
  const close = async () => {
    await Promise.all(open.splice(0).map((listening) => listening.close()));
  };
  const started = async (starting) => {
    const listening = await starting;
    open.push(listening);
    return listening.port;
  };
  const admit = admitter(options.inbound, options.listen);
  const settings = (port) => ({
    port,
    identity,
    note: arrivals.note.bind(arrivals),
    admit,
    ...options.listen === void 0 ? {} : { host: options.listen }
  });
  const startAll = async (ports2, start) => {
    const numbers = [];
    for (const port of ports2) numbers.push(await started(start(port)));
    return numbers;
  };
  try {
    const handler = echoHandler(identity);
    const http = await startAll(options.httpPorts, (port) => serveHttp({ ...settings(port), handler }));
    const tcp = await startAll(options.tcpPorts, (port) => serveTcp(settings(port)));
    const udp = await startAll(options.udpPorts, (port) => serveUdp(settings(port)));
    const learnLayer5 = await started(
      serveHttp({ ...settings(options.learnLayer5Port), handler: learnLayer5Handler(identity) })
    );
    const operations = createOperations({
      identity,
      network: options.network ?? systemNetwork,
      arrivals,
      ports: { http, tcp, udp },
      loopback: options.listen ?? "127.0.0.1"
    });
    if (options.control !== void 0) await started(serveControl(options.control, operations));
    return { ports: { http, tcp, udp, learnLayer5 }, operations, close };
  } catch (error) {
    await close();
    throw error;
  }
}
var init_server = __esm({
  "src/workload/server/server.ts"() {
    "use strict";
    init_control();
    init_operations();
    init_network();
    init_arrivals();
    init_http2();
    init_http_echo();
    init_inbound();
    init_learn_layer5();
    init_tcp2();
    init_udp2();
  }
});

// src/workload/agent/agent.ts
var import_node_net = require("node:net");
var CONNECT_DEADLINE_MS = 1e4;
var RETRY_MS = 50;
var NOT_YET = /* @__PURE__ */ new Set(["ENOENT", "ECONNREFUSED"]);
function connectOnce(path) {
  return new Promise((resolve, reject) => {
    const socket = (0, import_node_net.connect)({ path });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
  });
}
async function connectWithin(path, deadlineMs) {
  const deadline = performance.now() + deadlineMs;
  for (; ; ) {
    try {
      return await connectOnce(path);
    } catch (error) {
      if (!NOT_YET.has(error.code ?? "")) throw error;
      if (performance.now() + RETRY_MS > deadline) {
        throw new Error(`no server at ${path} in ${deadlineMs} ms: ${error.message}`);
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
async function runAgent(path, input, output, deadlineMs = CONNECT_DEADLINE_MS) {
  const socket = await connectWithin(path, deadlineMs);
  await new Promise((resolve) => {
    socket.on("error", () => resolve());
    socket.on("close", () => resolve());
    input.on("error", () => resolve());
    output.on("error", () => resolve());
    input.pipe(socket);
    input.on("close", () => socket.end());
    if (input.destroyed) socket.end();
    socket.pipe(output, { end: false });
  });
  socket.destroy();
}

// src/workload/settings.ts
init_identity();
init_network();
var DEFAULT_CONTROL = "/tmp/smi-workload.sock";
function ports(env, name, fallback) {
  const value = env[name] || fallback;
  return value.split(",").map((part) => {
    const port = /^\s*\d{1,5}\s*$/.test(part) ? Number(part) : Number.NaN;
    if (!(port <= 65535)) throw new Error(`${name}: "${part}" is not a port number`);
    return port;
  });
}
function optionsFromEnv(env) {
  const [learnLayer5Port = 9091] = ports(env, "PORT", "9091");
  return {
    identity: identityFromEnv(env),
    httpPorts: ports(env, "SMI_HTTP_PORTS", "8080,8081"),
    tcpPorts: ports(env, "SMI_TCP_PORTS", "9000,9001"),
    udpPorts: ports(env, "SMI_UDP_PORTS", "9100,9101"),
    learnLayer5Port,
    control: controlPath(env),
    ...env.SMI_LISTEN ? { listen: env.SMI_LISTEN } : {},
    ...env.SMI_SOURCE ? { network: { ...systemNetwork, localAddress: env.SMI_SOURCE } } : {}
  };
}
function controlPath(env) {
  return env.SMI_CONTROL || DEFAULT_CONTROL;
}

// src/workload/main.ts
var report = (error) => {
  process.stderr.write(`smi-workload: ${error instanceof Error ? error.message : String(error)}
`);
};
async function serve() {
  const { startServer: startServer2 } = await Promise.resolve().then(() => (init_server(), server_exports));
  const workload = await startServer2(optionsFromEnv(process.env));
  for (const signal of ["SIGTERM", "SIGINT"]) {
    process.once(signal, () => void workload.close().finally(() => process.exit(0)));
  }
  process.on("uncaughtException", report);
  process.on("unhandledRejection", report);
  process.stdout.write(`smi-workload: serving ${JSON.stringify(workload.ports)}
`);
}
async function main(role) {
  if (role === "server") return serve();
  if (role !== "agent") {
    process.stderr.write("usage: smi-workload [server|agent]\n");
    process.exit(2);
  }
  await runAgent(controlPath(process.env), process.stdin, process.stdout);
  process.stdout.write("", () => process.exit(0));
}
main(process.argv[2] ?? "server").catch((error) => {
  report(error);
  process.exit(1);
});
