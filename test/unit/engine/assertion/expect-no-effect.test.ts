import { describe, expect, it } from "vitest";
import { refusedBefore } from "../../../../src/engine/assertion/expect-no-effect.ts";
import { assertionContext } from "../../../fixtures/assertion-context.ts";
import { answered } from "../../../fixtures/scripted-cell.ts";

const marker = { apply: [], probe: { from: "client", to: "server", get: "/" } };

describe("a marker is refused before its grant", () => {
  it.each([
    ["a 403 where the profile names it", ["HTTP_REFUSED"], { status: 403 }, "held"],
    ["a 403 on a mesh that is said to drop", ["DROP"], { status: 403 }, "unknown"],
    ["no answer on a mesh that is said to drop", ["DROP"], { failure: "timeout" }, "held"],
    ["no answer where the profile does not name it", ["HTTP_REFUSED"], { failure: "timeout" }, "unknown"],
    ["a name that does not resolve", ["HTTP_REFUSED"], { failure: "dns" }, "unknown"],
    ["an answer of the application", ["HTTP_REFUSED"], answered, "unknown"],
  ] as const)("%s", async (_, http, answer, status) => {
    const context = assertionContext({ profile: { refusal: { http } }, answer: () => answer });
    expect(await refusedBefore(context, "p", marker)).toMatchObject({ control: "policy-flip", status });
  });
});
