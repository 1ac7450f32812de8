/**
 * The artifact service of one workflow run, as @actions/artifact 6 speaks to it: Twirp for names and ids, block blobs for
 * bytes, and the part of the REST API by which another run reads them. Holds what it is given in memory.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface StoredZip {
  readonly id: number;
  readonly name: string;
  readonly zip: Buffer;
}

export interface Results {
  readonly url: string;
  /** For ACTIONS_RUNTIME_TOKEN: a JWT that nobody signed; the client reads the run's ids from it. */
  readonly token: string;
  readonly artifacts: readonly StoredZip[];
  close(): Promise<void>;
}

interface Upload {
  readonly name: string;
  readonly blocks: Map<string, Buffer>;
  blob: Buffer | undefined;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly bytes?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

type Fields = Readonly<Record<string, string>>;

const TWIRP = "/twirp/github.actions.results.api.v1.ArtifactService/";
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const sha256 = (bytes: Buffer) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
const json = (status: number, body: unknown): Reply => ({ status, body });

export async function startResults(runId: string): Promise<Results> {
  const token = `${encode({ alg: "none" })}.${encode({ scp: "Actions.Results:run-1:job-1" })}.no-signature`;
  const stored: StoredZip[] = [];
  const uploads: Upload[] = [];
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const described = ({ id, name, zip }: StoredZip) => ({
    ...{ workflow_run_backend_id: "run-1", workflow_job_run_backend_id: "job-1", database_id: String(id), name },
    ...{ size: String(zip.length), created_at: new Date().toISOString(), digest: sha256(zip) },
  });

  const methods: Readonly<Record<string, (body: Fields) => Reply>> = {
    CreateArtifact({ name = "", version, mime_type: mimeType }) {
      if (Number(version) >= 7 && mimeType === undefined)
        return json(400, { code: "invalid_argument", msg: "mime_type is required" });
      if (uploads.some((one) => one.name === name))
        return json(409, {
          code: "already_exists",
          msg: "an artifact with this name already exists on the workflow run",
        });
      const number = uploads.push({ name, blocks: new Map(), blob: undefined });
      return json(200, { ok: true, signed_upload_url: `${url()}/blob/${number}?sig=no-signature` });
    },
    FinalizeArtifact({ name = "", size, hash }) {
      const { blob } = uploads.find((one) => one.name === name) ?? {};
      if (blob === undefined) return json(404, { code: "not_found", msg: "no blob was committed" });
      if (Number(size) !== blob.length || (hash !== undefined && hash !== sha256(blob)))
        return json(400, { code: "invalid_argument", msg: "size or hash differs from the blob" });
      const id = stored.push({ id: stored.length + 1, name, zip: blob });
      return json(200, { ok: true, artifact_id: String(id) });
    },
    ListArtifacts({ name_filter: name, id_filter: id }) {
      const found = stored.filter(
        (one) => (name === undefined || one.name === name) && (id === undefined || String(one.id) === id),
      );
      return json(200, { artifacts: found.map(described) });
    },
    GetSignedArtifactURL({ name }) {
      const found = stored.find((one) => one.name === name);
      return found === undefined
        ? json(404, { code: "not_found", msg: "no such artifact" })
        : json(200, { signed_url: `${url()}/zip/${found.id}` });
    },
  };

  function putBlob(number: number, query: URLSearchParams, bytes: Buffer): Reply {
    const upload = uploads[number - 1];
    if (upload === undefined) return json(404, {});
    const part = query.get("comp");
    if (part === "block") upload.blocks.set(query.get("blockid") ?? "", bytes);
    else if (part === "blocklist") {
      const ids = [...bytes.toString("utf8").matchAll(/<Latest>([^<]+)<\/Latest>/g)].map(([, id = ""]) => id);
      upload.blob = Buffer.concat(ids.map((id) => upload.blocks.get(id) ?? Buffer.alloc(0)));
    } else upload.blob = bytes;
    const headers = { etag: '"1"', "last-modified": new Date().toUTCString(), "x-ms-version": "2026-10-06" };
    return { status: 201, bytes: Buffer.alloc(0), headers };
  }

  function answer(request: IncomingMessage, bytes: Buffer): Reply {
    const { pathname, searchParams } = new URL(request.url ?? "/", url());
    const [, blob] = /^\/blob\/(\d+)$/.exec(pathname) ?? [];
    if (request.method === "PUT" && blob !== undefined) return putBlob(Number(blob), searchParams, bytes);
    const [, zip] = /^\/zip\/(\d+)$/.exec(pathname) ?? [];
    const found = stored.find(({ id }) => String(id) === zip);
    if (found !== undefined) return { status: 200, bytes: found.zip, headers: { "content-type": "application/zip" } };
    if (request.headers.authorization === undefined) return json(401, { message: "Requires authentication" });
    if (pathname.startsWith(TWIRP)) {
      if (request.headers.authorization !== `Bearer ${token}`)
        return json(401, { code: "unauthenticated", msg: "bad token" });
      const method = methods[pathname.slice(TWIRP.length)];
      return method === undefined
        ? json(404, { code: "bad_route", msg: pathname })
        : method(JSON.parse(bytes.toString()));
    }
    const [, run] = /^\/repos\/o\/r\/actions\/runs\/(\d+)\/artifacts$/.exec(pathname) ?? [];
    if (run !== undefined) {
      const listed = run === runId ? stored : [];
      const artifacts = listed.map((one) => ({ ...described(one), id: one.id, size_in_bytes: one.zip.length }));
      return json(200, { total_count: artifacts.length, artifacts });
    }
    const [, id] = /^\/repos\/o\/r\/actions\/artifacts\/(\d+)\/zip$/.exec(pathname) ?? [];
    if (id !== undefined) return { status: 302, body: {}, headers: { location: `${url()}/zip/${id}` } };
    return json(404, { message: "Not Found" });
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { status, body, bytes, headers } = answer(request, Buffer.concat(chunks));
    response.writeHead(status, { ...(bytes === undefined ? { "content-type": "application/json" } : {}), ...headers });
    response.end(bytes ?? JSON.stringify(body));
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.writeHead(599).end(`the fake is broken: ${error}`));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: url(),
    token,
    artifacts: stored,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
