/**
 * A GitHub that knows commit statuses: stateful, over real HTTP. It checks each request against GitHub's own description and
 * against the rules that the description leaves out, and keeps what it accepted. github-contract.md says where each rule is from.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Fault, meet, SECONDARY_LIMIT } from "./github-faults.ts";
import {
  bodyRefusal,
  type Description,
  invalid,
  type Reply,
  readDescription,
  refusal,
  type StatusBody,
} from "./github-rules.ts";

export type { Fault };

export type Access = "write" | "read";

export interface FakeGitHubOptions {
  /** `owner/name`; `o/r` when left out. */
  readonly repository?: string;
  /** Commits that it has; every SHA is one when left out. */
  readonly commits?: readonly string[];
  /** What tokens may do. Left out: `write-token` and `read-token`. */
  readonly tokens?: Readonly<Record<string, Access>>;
  /** Wall clock in milliseconds, for rate limits: that of whoever is tested. */
  readonly now?: () => number;
  /** Statuses that one commit and context may have; 1000 on GitHub. */
  readonly maxPerContext?: number;
}

export interface RecordedStatus {
  readonly sha: string;
  readonly state: StatusBody["state"];
  readonly context: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
}

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** What it was answered with; null where it was not. */
  readonly status: number | null;
  /** GitHub's words, where it was refused. */
  readonly message?: string;
}

export interface FakeGitHub {
  /** For GITHUB_API_URL. */
  readonly url: string;
  /** Those that were accepted, in their order. */
  readonly statuses: readonly RecordedStatus[];
  readonly requests: readonly RecordedRequest[];
  /** Requests that came although a rate limit had told them to wait. */
  readonly tooEarly: number;
  /** Each meets one of the coming requests, in this order. */
  fail(...faults: readonly Fault[]): void;
  close(): Promise<void>;
}

interface Stored extends RecordedStatus {
  readonly id: number;
  readonly at: string;
}

const CREATE = /^\/repos\/([^/]+\/[^/]+)\/statuses\/([^/]+)$/;
const LIST = /^\/repos\/([^/]+\/[^/]+)\/commits\/([^/]+)\/statuses$/;

export async function startFakeGitHub(options: FakeGitHubOptions = {}): Promise<FakeGitHub> {
  const { repository = "o/r", commits, maxPerContext = 1000, now = Date.now } = options;
  const tokens = options.tokens ?? { "write-token": "write", "read-token": "read" };
  const description = await readDescription();
  const statuses: Stored[] = [];
  const requests: RecordedRequest[] = [];
  const faults: Fault[] = [];
  let limitedUntil = 0;
  let tooEarly = 0;

  /** Undefined where the token may do it. */
  function accessRefusal(request: IncomingMessage, path: string, wanted: Access): Reply | undefined {
    if (request.headers["user-agent"] === undefined)
      return refusal(
        403,
        "Request forbidden by administrative rules. Please make sure your request has a User-Agent header",
      );
    const token = /^(?:token|bearer) (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
    if (token === undefined) return refusal(401, "Requires authentication");
    const access = Object.hasOwn(tokens, token) ? tokens[token] : undefined;
    if (access === undefined) return refusal(401, "Bad credentials");
    const [, asked] = CREATE.exec(path) ?? LIST.exec(path) ?? [];
    if (asked === undefined || asked.toLowerCase() !== repository.toLowerCase()) return refusal(404, "Not Found");
    return wanted === "write" && access === "read" ? refusal(403, "Resource not accessible by integration") : undefined;
  }

  function create(sha: string, text: string): Reply {
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      return refusal(400, "Problems parsing JSON");
    }
    const bad = bodyRefusal(body, description);
    if (bad !== undefined) return bad;
    if (!/^[0-9a-f]{40}$/.test(sha)) return invalid("sha must be a 40 character SHA1", "sha");
    if (commits !== undefined && !commits.includes(sha)) return refusal(422, `No commit found for SHA: ${sha}`);
    const { state, context = "default", description: line = null, target_url: url = null } = body as StatusBody;
    const same = statuses.filter((one) => one.sha === sha && one.context.toLowerCase() === context.toLowerCase());
    if (same.length >= maxPerContext)
      return invalid("This SHA and context has reached the maximum number of statuses.");
    const id = statuses.length + 1;
    const stored: Stored = {
      id,
      sha,
      state,
      context,
      description: line,
      targetUrl: url,
      at: new Date(now()).toISOString(),
    };
    statuses.push(stored);
    const shown = show(stored);
    return { status: 201, body: shown, headers: { location: shown.url } };
  }

  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  /** As GitHub shows one; checked against its description, so that the fake tells nothing that GitHub does not. */
  function show({ id, sha, state, context, description: line, targetUrl, at }: Stored) {
    return checked(description, {
      url: `${address()}/repos/${repository}/statuses/${sha}`,
      avatar_url: "https://avatars.githubusercontent.com/in/15368?v=4",
      id,
      node_id: Buffer.from(`Status${id}`).toString("base64"),
      state,
      description: line,
      target_url: targetUrl,
      context,
      created_at: at,
      updated_at: at,
      creator: null,
    });
  }

  function answer(request: IncomingMessage, path: string, text: string): Reply {
    if (now() < limitedUntil) {
      tooEarly += 1;
      return refusal(403, SECONDARY_LIMIT, { "retry-after": String(Math.ceil((limitedUntil - now()) / 1000)) });
    }
    const [, , sha] = CREATE.exec(path) ?? [];
    if (request.method === "POST" && sha !== undefined)
      return accessRefusal(request, path, "write") ?? create(sha, text);
    const bad = accessRefusal(request, path, "read");
    if (bad !== undefined) return bad;
    const [, , ref] = LIST.exec(path) ?? [];
    // Newest first.
    const list = statuses
      .filter((one) => one.sha === ref)
      .map(show)
      .reverse();
    if (!description.list(list))
      throw new Error(`the list is not as described: ${JSON.stringify(description.list.errors)}`);
    return request.method === "GET" && ref !== undefined ? { status: 200, body: list } : refusal(404, "Not Found");
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "" } = request;
    const path = decodeURI(url.split("?")[0] ?? "");
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    if (path.startsWith("/_fake/")) {
      send(response, control(path, method, text));
      return;
    }
    const fault = faults.shift();
    if (fault?.kind === "hang" || fault?.kind === "cut") {
      if (fault.kind === "cut" && fault.after) answer(request, path, text);
      requests.push({ method, path, status: null });
      if (fault.kind === "cut") request.socket.destroy();
      return;
    }
    const met = fault && meet(fault, now());
    limitedUntil = met?.limitedUntil ?? limitedUntil;
    const reply = met?.reply ?? answer(request, path, text);
    const { message } = reply.body as { readonly message?: string };
    requests.push({ method, path, status: reply.status, ...(message === undefined ? {} : { message }) });
    send(response, reply);
  }

  /** For whoever is in another process: what it saw, and faults to come. */
  function control(path: string, method: string, text: string): Reply {
    if (method === "GET" && path === "/_fake/state")
      return { status: 200, body: { statuses: statuses.map(recorded), requests, tooEarly } };
    if (method !== "POST" || path !== "/_fake/faults")
      return { status: 404, body: { message: `the fake has no ${method} ${path}` } };
    faults.push(...(JSON.parse(text) as Fault[]));
    return { status: 200, body: { faults } };
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      requests.push({ method: request.method ?? "", path: request.url ?? "", status: 599, message: String(error) });
      // A status that GitHub does not have: nothing that is tested may take it for one of GitHub's.
      if (!response.headersSent) send(response, { status: 599, body: { message: `the fake is broken: ${error}` } });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: address(),
    get statuses() {
      return statuses.map(recorded);
    },
    requests,
    get tooEarly() {
      return tooEarly;
    },
    fail: (...more) => void faults.push(...more),
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const recorded = ({ sha, state, context, description, targetUrl }: Stored): RecordedStatus => ({
  sha,
  state,
  context,
  description,
  targetUrl,
});

function checked<T>(description: Description, status: T): T {
  if (!description.created(status))
    throw new Error(`the status is not as described: ${JSON.stringify(description.created.errors)}`);
  return status;
}

function send(response: ServerResponse, { status, body, headers = {} }: Reply): void {
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "x-ratelimit-limit": "1000",
    "x-ratelimit-remaining": "990",
    ...headers,
  });
  response.end(JSON.stringify(body));
}
