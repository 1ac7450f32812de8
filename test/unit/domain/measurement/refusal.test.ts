import { describe, expect, it } from "vitest";
import { outcomes } from "../../../../src/domain/measurement/outcome.ts";
import { isRefusal, isStopped, type Refusals, refusalOutcomes } from "../../../../src/domain/measurement/refusal.ts";
import { profileSchema } from "../../../../src/mesh/profile.ts";

const refusals: Refusals = { http: ["HTTP_REFUSED"], tcp: [], udp: ["DROP", "CONNECTION_REFUSED"] };

describe("isRefusal", () => {
  it.each([
    ["http", ["HTTP_REFUSED"]],
    ["tcp", []],
    ["udp", ["CONNECTION_REFUSED", "DROP"]],
  ] as const)("takes from the profile what is one for %s", (transport, expected) => {
    expect(outcomes.filter((outcome) => isRefusal(refusals, transport, outcome))).toEqual(expected);
  });
});

describe("isStopped", () => {
  it("is every refusal of any profile, and an answer that nothing explains", () => {
    expect(outcomes.filter(isStopped)).toEqual([...refusalOutcomes, "PROXY_ERROR"]);
  });
});

describe("a mesh profile", () => {
  const profileWith = (http: readonly string[]) =>
    profileSchema.safeParse({
      mesh: "m",
      title: "M",
      namespace: "m",
      refusal: { http },
      dataPlane: {},
      access: "enforced",
      propagation: { deadline: 1 },
      ready: { deadline: 1, workloads: [] },
    });

  it.each(outcomes)("may count %s as a refusal only where it can be one on some mesh", (outcome) => {
    expect(profileWith([outcome]).success).toBe(refusalOutcomes.some((refusal) => refusal === outcome));
  });
});
