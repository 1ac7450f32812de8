import { describe, expect, it } from "vitest";
import { describeTally, interpret, outcomes, tally } from "../../../../src/domain/measurement/outcome.ts";
import type { Observation } from "../../../../src/domain/measurement/probe.ts";
import {
  appError,
  dropped,
  infra,
  okFrom,
  proxyError,
  refused,
  reset,
  serverOf,
} from "../../../fixtures/observations.ts";

const server = serverOf();
const table: readonly (readonly [string, Omit<Observation, "id" | "ms">, string])[] = [
  ["the application's reply to this request", { status: 200, server, echoedId: "me" }, "OK"],
  ["a redirect of the application", { status: 301, server, echoedId: "me" }, "OK"],
  ["the application's TCP line, which has no status", { server, echoedId: "me" }, "OK"],
  ["the application's reply to another request", { status: 200, server, echoedId: "other" }, "APP_ERROR"],
  ["the application's reply to no request", { status: 200, server }, "APP_ERROR"],
  ["a 403 of the application", { status: 403, server, echoedId: "me" }, "APP_ERROR"],
  ["a 400 of the application", { status: 400, server, echoedId: "me" }, "APP_ERROR"],
  ["a 503 of the application", { status: 503, server, echoedId: "me" }, "APP_ERROR"],
  ["a 401 of a proxy", { status: 401 }, "HTTP_REFUSED"],
  ["a 403 of a proxy", { status: 403 }, "HTTP_REFUSED"],
  ["a 404 of a proxy", { status: 404 }, "HTTP_REFUSED"],
  ["a 503 of a proxy", { status: 503 }, "HTTP_REFUSED"],
  ["a 403 of a proxy with the id echoed", { status: 403, echoedId: "me" }, "HTTP_REFUSED"],
  ["a 500 of a proxy", { status: 500 }, "PROXY_ERROR"],
  ["a 502 of a proxy", { status: 502 }, "PROXY_ERROR"],
  ["a 429 of a proxy", { status: 429 }, "PROXY_ERROR"],
  ["a 200 that is not the application's", { status: 200 }, "PROXY_ERROR"],
  ["a reset before any byte", { failure: "reset" }, "CONNECTION_REFUSED"],
  ["a reset before any byte, said so", { failure: "reset", partial: false }, "CONNECTION_REFUSED"],
  ["a reset within a reply", { failure: "reset", partial: true }, "PROXY_ERROR"],
  ["a reset after the application showed itself", { failure: "reset", server }, "PROXY_ERROR"],
  ["no answer in time", { failure: "timeout" }, "DROP"],
  ["half an answer in time", { failure: "timeout", status: 200, partial: true }, "DROP"],
  ["half an answer of the application in time", { failure: "timeout", server, echoedId: "me" }, "DROP"],
  ["a name that does not resolve", { failure: "dns" }, "INFRA"],
  ["a client that failed", { failure: "client" }, "INFRA"],
  ["a client that failed with a status", { failure: "client", status: 403 }, "INFRA"],
  ["nothing at all", {}, "INFRA"],
];

describe("interpret", () => {
  it.each(table)("%s", (_, given, outcome) => {
    expect(interpret({ id: "me", ms: 1, ...given })).toEqual({ id: "me", ms: 1, ...given, outcome });
  });

  it("has an example of every class above", () => {
    expect(new Set(table.map(([, , outcome]) => outcome))).toEqual(new Set(outcomes));
  });
});

describe("tally", () => {
  it("counts each class", () => {
    const seen = [okFrom(), okFrom(), refused(), reset(), dropped(), appError(), proxyError(), infra()];
    expect(tally(seen)).toEqual({
      OK: 2,
      HTTP_REFUSED: 1,
      CONNECTION_REFUSED: 1,
      DROP: 1,
      APP_ERROR: 1,
      PROXY_ERROR: 1,
      INFRA: 1,
    });
  });

  it("is told in fixed order, with the statuses of what was no answer", () => {
    expect(describeTally([refused(), okFrom(), interpret({ id: "x", ms: 1, status: 404 }), okFrom()])).toBe(
      "2 OK, 2 HTTP_REFUSED (403, 404)",
    );
    expect(describeTally([])).toBe("nothing sent");
    expect(describeTally([interpret({ id: "x", ms: 1, failure: "reset", detail: "ECONNRESET" })])).toBe(
      "1 CONNECTION_REFUSED (ECONNRESET)",
    );
  });
});
