import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideGate } from "../../../../src/domain/gate/gate.ts";
import type { Gate, GatePolicy } from "../../../../src/domain/gate/gate-policy.ts";
import { gateMarkdown } from "../../../../src/render/markdown/gate.ts";
import { gateLines } from "../../../../src/render/terminal/gate-lines.ts";
import { byteLength } from "../../../../src/render/text/bounded.ts";
import { mixedResults, reportOf, resultOf } from "../../../fixtures/report.ts";
import { hostileText } from "../hostile.ts";

const today = "2026-11-25";
const report = reportOf(mixedResults.filter(({ verdict }) => verdict !== "INCONCLUSIVE"));
const failing = "traffic-access/targets-are-additive";

function gated(given: Partial<GatePolicy> = {}, old?: Parameters<typeof reportOf>[0]) {
  const policy: GatePolicy = {
    failOn: "must-failures",
    minimum: { all: null, perSpec: {} },
    require: [],
    allowed: [],
    regression: old !== undefined,
    ...given,
  };
  const baseline = old && { report: reportOf(old), sha256: "0123456789ab".padEnd(64, "0"), source: "old/report.json" };
  return { gate: decideGate({ report, policy, baseline, today }) };
}

/** A gate in which everything that comes from outside says `say`, `times` over. */
function gateSaying(say: string, times = 1): { gate: Gate } {
  const many = <T>(item: T) => Array.from({ length: times }, () => item);
  return {
    gate: {
      ...gated().gate,
      rules: many({ rule: say, held: false, text: say, ids: many(say) }),
      allowed: many({ id: say, reason: say, expires: say, used: true }),
      newlyPassing: many(say),
      baseline: { mesh: say, version: say, sha256: say, source: say },
    },
  };
}

describe("what the gate decided, in lines", () => {
  it("is nothing for a report without a gate", () => {
    expect(gateLines({})).toEqual([]);
    expect(gateMarkdown({})).toBe("");
  });

  it("is one line where every rule holds", () => {
    const passing = { gate: { ...gated().gate, decision: "pass" as const, rules: [] } };
    expect(gateLines(passing)).toEqual(["Gate: pass (fail-on must-failures)"]);
  });

  it("names each broken rule", () => {
    expect(gateLines(gated({ minimum: { all: 80, perSpec: {} } }))).toEqual([
      "Gate: BLOCK (fail-on must-failures)",
      `  failures: MUST assertions fail: ${failing}`,
      "  minimum: overall: 66.6 % of the applicable MUST assertions pass, at least 80 % required",
    ]);
  });

  it("says that nothing is enforced", () => {
    expect(gateLines(gated({ failOn: "never" }))[0]).toBe("Gate: would block, but fail-on is never");
  });

  it("tells known failures that are needed from those that are not, and from those that have expired", () => {
    const allowed = [
      { id: failing, reason: "issue 12", expires: today },
      { id: "traffic-split/weight-75-25", reason: "issue 13", expires: "2026-12-31" },
    ];
    expect(gateLines(gated({ allowed }))).toEqual([
      "Gate: pass (fail-on must-failures)",
      `  known failure, allowed: ${failing} until ${today} (issue 12)`,
      "  listed as a known failure, but not needed: traffic-split/weight-75-25 until 2026-12-31 (issue 13)",
    ]);
    const late = [{ id: failing, reason: "issue 12", expires: "2026-11-24" }];
    expect(gateLines(gated({ allowed: late }))).toEqual([
      "Gate: BLOCK (fail-on must-failures)",
      `  failures: MUST assertions fail: ${failing}`,
      `  allowed-failures: fails, and is no longer allowed: ${failing} (until 2026-11-24: issue 12)`,
      `  known failure, no longer allowed: ${failing} until 2026-11-24 (issue 12)`,
    ]);
  });

  it("names what passes newly, and only some of very many", () => {
    const old = mixedResults.map((result) =>
      result.id === "traffic-split/weight-75-25" ? { ...result, verdict: "FAIL" as const } : result,
    );
    const lines = gateLines(gated({}, old));
    expect(lines.at(-1)).toBe("  passes now, and did not in the baseline: traffic-split/weight-75-25");
    const many = {
      gate: { ...gated().gate, newlyPassing: Array.from({ length: 23 }, (_, n) => `traffic-split/${n}`) },
    };
    expect(gateLines(many).at(-1)).toBe("  and 3 more that newly pass");
  });
});

describe("what the gate decided, in the summary", () => {
  it("has every rule, the broken ones first, and what it was compared with", () => {
    const old = [resultOf({ id: failing })];
    expect(gateMarkdown(gated({ allowed: [{ id: failing, reason: "issue | 12", expires: today }] }, old))).toBe(
      [
        "### 🟢 Gate: pass (fail-on must-failures)",
        "",
        "- ✅ **completeness**: all 5 planned assertions have a result",
        "- ✅ **inconclusive**: nothing is INCONCLUSIVE or ERROR",
        "- ✅ **failures**: no other MUST assertion fails; 1 known and allowed",
        "- ✅ **regression**: nothing that passed in the baseline (Traefik Mesh v1.4.8) got worse: 1 compared",
        `- ⚠️ known failure, allowed: \`${failing}\` until 2026-11-25, issue &#124; 12`,
        "- ✨ passes now, and did not in the baseline: `traffic-access/deny-by-default-http`",
        "- ✨ passes now, and did not in the baseline: `traffic-split/weight-75-25`",
        "",
        "Compared with `traefik-mesh` `v1.4.8`, `old/report.json` (SHA-256 `0123456789ab`).",
      ].join("\n"),
    );
    const marks = [...gateMarkdown(gated({ require: ["traffic-split"] })).matchAll(/^- (\S+) \*\*(\S+)\*\*/gm)];
    expect(marks.map(([, mark, rule]) => `${mark} ${rule}`)).toEqual([
      "❌ failures",
      "✅ completeness",
      "✅ inconclusive",
      "✅ required",
    ]);
  });

  it("is of the same structure whatever is said in it", () => {
    const shape = (document: string) => document.split("\n").map((line) => /^(?:#+ |- |Compared|$)/.exec(line)?.[0]);
    const plain = shape(gateMarkdown(gateSaying("a")));
    fc.assert(
      fc.property(hostileText, (say) => {
        const document = gateMarkdown(gateSaying(say));
        expect(shape(document)).toEqual(plain);
        expect(document.replace(/<\/?code>/g, "")).not.toMatch(/<[a-z/!]|\p{Cc}(?<!\n)|\u202E/u);
      }),
    );
  });
});

describe("both", () => {
  it("keep to one line each and let no control character through", () => {
    fc.assert(
      fc.property(hostileText, (say) => {
        const lines = gateLines(gateSaying(say));
        expect(lines).toHaveLength(4);
        for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]|^\s*::/u);
      }),
      { examples: [[":"], ["::error::x"]] },
    );
  });

  it("stay small, however much there is to say", () => {
    const much = gateSaying("<|&`".repeat(5000), 2000);
    expect(byteLength(gateMarkdown(much))).toBeLessThan(300 * 1024);
    expect(gateLines(much).length).toBeLessThan(70);
  });
});
