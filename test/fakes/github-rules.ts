/** Which requests GitHub refuses, and in what words. What is known of each rule is in github-contract.md. */
import { readFile } from "node:fs/promises";
import { Ajv, type ValidateFunction } from "ajv";

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface StatusBody {
  readonly state: "error" | "failure" | "pending" | "success";
  readonly target_url?: string | null;
  readonly description?: string | null;
  readonly context?: string;
}

interface Operation {
  readonly requestBody?: { readonly content: { readonly "application/json": { readonly schema: object } } };
  readonly responses: Readonly<
    Record<string, { readonly content?: { readonly "application/json": { readonly schema: object } } }>
  >;
}

interface Slice {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export interface Description {
  readonly request: ValidateFunction;
  /** Of the list that a GET gives. */
  readonly list: ValidateFunction;
  readonly created: ValidateFunction;
  /** Names of the properties that a status may have. */
  readonly properties: readonly string[];
}

export const DOCS = "https://docs.github.com/rest/commits/statuses#create-a-commit-status";

/** GitHub's own OpenAPI description, cut to what is served here (scripts/slice-openapi.ts). */
export async function readDescription(): Promise<Description> {
  const text = await readFile(new URL("github-openapi.json", import.meta.url), "utf8");
  const { paths } = JSON.parse(text) as Slice;
  // OpenAPI 3.0 is no JSON Schema proper: formats and `nullable` beside an absent type are left as they are.
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const post = paths["/repos/{owner}/{repo}/statuses/{sha}"]?.post;
  const get = paths["/repos/{owner}/{repo}/commits/{ref}/statuses"]?.get;
  const body = post?.requestBody?.content["application/json"].schema;
  const created = post?.responses["201"]?.content?.["application/json"].schema;
  const list = get?.responses["200"]?.content?.["application/json"].schema;
  if (body === undefined || created === undefined || list === undefined)
    throw new Error("github-openapi.json lacks an operation: run scripts/slice-openapi.ts");
  return {
    request: ajv.compile(body),
    created: ajv.compile(created),
    list: ajv.compile(list),
    properties: Object.keys((body as { readonly properties: object }).properties),
  };
}

export const refusal = (status: number, message: string, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers,
  body: { message, documentation_url: DOCS, status: String(status) },
});

export const invalid = (message: string, field?: string): Reply => ({
  status: 422,
  body: {
    message: "Validation Failed",
    errors: [{ resource: "Status", code: "custom", ...(field === undefined ? {} : { field }), message }],
    documentation_url: DOCS,
    status: "422",
  },
});

const tooLong = (field: string, text: string, limit: number) =>
  [...text].length > limit ? invalid(`${field} is too long (maximum is ${limit} characters)`, field) : undefined;

const fourBytes = (field: string, text: string) =>
  /[\u{10000}-\u{10FFFF}]/u.test(text) ? invalid(`${field} doesn't accept 4-byte Unicode`, field) : undefined;

/** Undefined where GitHub takes the body. */
export function bodyRefusal(body: unknown, { request, properties }: Description): Reply | undefined {
  if (!request(body)) {
    const faults = (request.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath || "the body"} ${message}`,
    );
    return refusal(422, `Invalid request.\n\n${faults.join("; ")}`);
  }
  const unknown = Object.keys(body as object).filter((name) => !properties.includes(name));
  // GitHub ignores them: here they are a mistake of whoever sent them.
  if (unknown.length > 0) return refusal(422, `(fake) GitHub knows no ${unknown.join(", ")} and would ignore it`);
  const { description, context, target_url: url } = body as StatusBody;
  return (
    tooLong("description", description ?? "", 140) ??
    fourBytes("description", description ?? "") ??
    tooLong("context", context ?? "", 255) ??
    fourBytes("context", context ?? "") ??
    (url != null && !/^https?:\/\//i.test(url)
      ? invalid("Target url must use http(s) scheme", "target_url")
      : undefined)
  );
}
