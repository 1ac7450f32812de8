/**
 * The artifact service of one workflow run, as @actions/artifact speaks to it, over real HTTP: Twirp for names and ids, block
 * blobs for bytes, and the part of the REST API by which another run reads them. results-contract.md says what it rests on.
 */
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createArtifacts, type StoredArtifact } from "./results-artifacts.ts";
import { createBlobs } from "./results-blobs.ts";

export type { StoredArtifact };

/** What a request is for: a Twirp method, or one of the others. */
export type Operation =
  | "CreateArtifact"
  | "FinalizeArtifact"
  | "ListArtifacts"
  | "GetSignedArtifactURL"
  | "DeleteArtifact"
  | "PutBlob"
  | "GetBlob"
  | "ListRunArtifacts"
  | "DownloadArtifact";

/** What the next request meets; of all, or of that operation. */
export type Fault = { readonly on?: Operation } & (
  | { readonly kind: "status"; readonly status: number; readonly times?: number; readonly message?: string }
  /** The account has no storage left. */
  | { readonly kind: "quota" }
  /** No answer, until the client goes. */
  | { readonly kind: "hang" }
  /** The connection is cut once what was asked for is done. */
  | { readonly kind: "cut" }
  /** These bytes in place of those that were asked for. */
  | { readonly kind: "bytes"; readonly bytes: Buffer }
);

export interface ResultsOptions {
  /** GITHUB_RUN_ID; `1` when left out. */
  readonly runId?: string;
  /** Further runs of the repository, without artifacts. */
  readonly otherRuns?: readonly string[];
  /** `owner/name`; `o/r` when left out. */
  readonly repository?: string;
  /** Tokens of the REST API, and whether they may read artifacts. Left out: any token may. */
  readonly tokens?: Readonly<Record<string, "actions: read" | "none">>;
  /** Days; 90 when left out. */
  readonly maxRetentionDays?: number;
  /** 500 when left out. */
  readonly maxArtifacts?: number;
  /** Where the zips are also written to, as `NAME.zip`. */
  readonly folder?: string;
  /** Wall clock in milliseconds. */
  readonly now?: () => number;
}

export interface RecordedRequest {
  readonly operation: Operation | "unknown";
  /** What it was answered with; null where it was not. */
  readonly status: number | null;
}

export interface ResultsService {
  /** For ACTIONS_RESULTS_URL, and for GITHUB_API_URL. */
  readonly url: string;
  /** For ACTIONS_RUNTIME_TOKEN: a JWT that nobody signed; the client reads the run's ids from it. */
  readonly token: string;
  readonly artifacts: readonly StoredArtifact[];
  readonly requests: readonly RecordedRequest[];
  fail(...faults: readonly Fault[]): void;
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly bytes?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Asked {
  readonly operation: Operation;
  readonly answer: () => Reply;
}

const TWIRP = "/twirp/github.actions.results.api.v1.ArtifactService/";
const BACKEND_IDS = ["ce7f54c7-run", "ca395085-job"] as const;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

export async function startResultsService(options: ResultsOptions = {}): Promise<ResultsService> {
  const { runId = "1", otherRuns = [], repository = "o/r", tokens, folder, now = Date.now } = options;
  const { maxRetentionDays = 90, maxArtifacts = 500 } = options;
  const scp = `Actions.GenericRead Actions.Results:${BACKEND_IDS.join(":")}`;
  const token = `${encode({ alg: "none" })}.${encode({ scp })}.${encode("nobody")}`;
  const blobs = createBlobs();
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const artifacts = createArtifacts(blobs, { maxRetentionDays, maxArtifacts, backendIds: BACKEND_IDS, now, url });
  const requests: RecordedRequest[] = [];
  const faults: Fault[] = [];
  const written: Promise<void>[] = [];
  if (folder !== undefined) {
    await mkdir(folder, { recursive: true });
    artifacts.onStored(({ name, zip }) => written.push(writeFile(join(folder, `${name}.zip`), zip)));
  }

  function callTwirp(method: string, request: IncomingMessage, body: Buffer): Reply {
    if (request.headers.authorization !== `Bearer ${token}`)
      return { status: 401, body: { code: "unauthenticated", msg: "invalid token" } };
    const parsed = JSON.parse(body.toString("utf8")) as Readonly<Record<string, unknown>>;
    return artifacts.call(method, parsed) ?? { status: 404, body: { code: "bad_route", msg: `no ${method}` } };
  }

  /** Undefined where the token may read artifacts of this repository. */
  function readRefusal(request: IncomingMessage, asked: string): Reply | undefined {
    const [, given] = /^(?:token|bearer) (.+)$/i.exec(request.headers.authorization ?? "") ?? [];
    if (given === undefined) return { status: 401, body: { message: "Requires authentication" } };
    const access = tokens === undefined ? "actions: read" : Object.hasOwn(tokens, given) ? tokens[given] : undefined;
    if (access === undefined) return { status: 401, body: { message: "Bad credentials" } };
    if (asked.toLowerCase() !== repository.toLowerCase()) return { status: 404, body: { message: "Not Found" } };
    return access === "none" ? { status: 403, body: { message: "Resource not accessible by integration" } } : undefined;
  }

  function listRun(run: string, query: URLSearchParams): Reply {
    if (run !== runId && !otherRuns.includes(run)) return { status: 404, body: { message: "Not Found" } };
    // Newest first.
    const all = (run === runId ? artifacts.stored : []).toReversed();
    const size = Number(query.get("per_page") ?? 30);
    const from = (Number(query.get("page") ?? 1) - 1) * size;
    const page = all.slice(from, from + size).map(({ id, name, zip, digest, createdAt, expiresAt }) => ({
      ...{ id, name, size_in_bytes: zip.length, digest, created_at: createdAt, expires_at: expiresAt },
      expired: Date.parse(expiresAt) <= now(),
    }));
    return { status: 200, body: { total_count: all.length, artifacts: page } };
  }

  function download(id: number): Reply {
    const artifact = artifacts.stored.find((one) => one.id === id);
    const location = artifacts.signedUrl(id);
    if (artifact === undefined || location === undefined) return { status: 404, body: { message: "Not Found" } };
    return Date.parse(artifact.expiresAt) <= now()
      ? { status: 410, body: { message: "Artifact has expired" } }
      : { status: 302, body: {}, headers: { location } };
  }

  /** Undefined where there is nothing of the kind. */
  function askedBy(request: IncomingMessage, body: Buffer): Asked | undefined {
    const { pathname, searchParams } = new URL(request.url ?? "/", url());
    const { method = "", headers } = request;
    if (method === "POST" && pathname.startsWith(TWIRP)) {
      const name = pathname.slice(TWIRP.length) as Operation;
      return { operation: name, answer: () => callTwirp(name, request, body) };
    }
    if (pathname.startsWith("/blob/") && method === "PUT")
      return { operation: "PutBlob", answer: () => blobs.put(pathname, searchParams, headers, body) };
    if (pathname.startsWith("/blob/") && method === "GET")
      return { operation: "GetBlob", answer: () => blobs.get(pathname, searchParams) };
    const [, of = "", run = ""] = /^\/repos\/([^/]+\/[^/]+)\/actions\/runs\/(\d+)\/artifacts$/.exec(pathname) ?? [];
    if (run !== "" && method === "GET")
      return { operation: "ListRunArtifacts", answer: () => readRefusal(request, of) ?? listRun(run, searchParams) };
    const [, at = "", id = ""] = /^\/repos\/([^/]+\/[^/]+)\/actions\/artifacts\/(\d+)\/zip$/.exec(pathname) ?? [];
    if (id !== "" && method === "GET")
      return { operation: "DownloadArtifact", answer: () => readRefusal(request, at) ?? download(Number(id)) };
    return undefined;
  }

  /** The first fault that is for this operation; one with `times` is for the next ones as well. */
  function takeFault(operation: Operation | undefined): Fault | undefined {
    const at = faults.findIndex(({ on }) => on === undefined || on === operation);
    const fault = faults[at];
    if (fault === undefined) return undefined;
    const left = fault.kind === "status" ? (fault.times ?? 1) - 1 : 0;
    faults.splice(at, 1, ...(fault.kind === "status" && left > 0 ? [{ ...fault, times: left }] : []));
    return fault;
  }

  /** Undefined where no answer is given. */
  function replyTo(asked: Asked | undefined, fault: Fault | undefined): Reply | undefined {
    switch (fault?.kind) {
      case "hang":
        return undefined;
      case "cut":
        asked?.answer();
        return undefined;
      case "status":
        return { status: fault.status, body: { code: "internal", msg: "out of order", message: fault.message } };
      case "quota":
        return { status: 403, body: { code: "resource_exhausted", msg: "insufficient usage to create artifact" } };
      case "bytes":
        return { status: 200, bytes: fault.bytes, headers: { "content-type": "application/zip" } };
      case undefined:
        return asked?.answer() ?? { status: 404, body: { message: "Not Found" } };
    }
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (request.url?.startsWith("/_fake/")) return send(response, control(request, body));
    const asked = askedBy(request, body);
    const fault = takeFault(asked?.operation);
    const reply = replyTo(asked, fault);
    requests.push({ operation: asked?.operation ?? "unknown", status: reply?.status ?? null });
    // Whoever sees an upload end finds its zip in the folder.
    await Promise.all(written);
    if (reply !== undefined) send(response, reply);
    else if (fault?.kind === "cut") request.socket.destroy();
  }

  /** For whoever is in another process: what it has, and faults to come. */
  function control({ method, url: path }: IncomingMessage, body: Buffer): Reply {
    if (method === "GET" && path === "/_fake/state")
      return { status: 200, body: { artifacts: artifacts.stored.map(({ zip: _, ...rest }) => rest), requests } };
    if (method !== "POST" || path !== "/_fake/faults")
      return { status: 404, body: { message: `the fake has no ${method} ${path}` } };
    faults.push(...(JSON.parse(body.toString("utf8")) as Fault[]));
    return { status: 200, body: {} };
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // A status that GitHub does not have: nothing that is tested may take it for one of GitHub's.
      if (!response.headersSent) send(response, { status: 599, body: { message: `the fake is broken: ${error}` } });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: url(),
    token,
    artifacts: artifacts.stored,
    requests,
    fail: (...more) => void faults.push(...more),
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function send(response: ServerResponse, { status, body, bytes, headers = {} }: Reply): void {
  const content = bytes ?? (body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body)));
  response.writeHead(status, {
    ...(bytes === undefined && body !== undefined ? { "content-type": "application/json" } : {}),
    "x-ms-version": "2026-10-06",
    ...headers,
  });
  response.end(content);
}
