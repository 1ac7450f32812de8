import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { progressLine, waitingLine } from "../../../../src/render/terminal/console.ts";
import { resultOf } from "../../../fixtures/report.ts";

const change = { phase: "applied", what: "a -> b is ok", ms: 120, inForce: true, deadlineMs: 60_000 };

describe("progressLine", () => {
  it("names verdict, assertion, time, test cell and propagation", () => {
    expect(progressLine(resultOf({ cell: "access-1", propagation: [change, { ...change, ms: 90 }] }))).toBe(
      "PASS  traffic-access/deny-by-default-http  0.8 s  in access-1  (propagation 0.12 s)",
    );
  });

  it("says why of all but a pass, and that a change never came", () => {
    const late = { ...change, ms: 60_000, inForce: false };
    expect(progressLine(resultOf({ verdict: "FAIL", reason: "20 OK;\n20 arrived", propagation: [late] }))).toBe(
      "FAIL  traffic-access/deny-by-default-http  0.8 s  (propagation > 1 min)  20 OK; 20 arrived",
    );
  });

  it("is one line of the width asked for, coloured or not, whatever the reason holds", () => {
    const result = resultOf({ verdict: "INCONCLUSIVE", reason: `x\n\u001B[2J ${"y".repeat(200)}` });
    const plain = progressLine(result, { width: 80 });
    expect(plain).toHaveLength(80);
    expect(plain).not.toMatch(/\p{Cc}/u);
    const coloured = progressLine(result, { width: 80, colour: true });
    expect(coloured.startsWith("\u001B[33mINCONCLUSIVE\u001B[0m")).toBe(true);
    expect(stripVTControlCharacters(coloured)).toBe(plain);
  });
});

describe("waitingLine", () => {
  const waiting = { id: "traffic-access/x", what: "a -> b GET / is ok", elapsedMs: 3000 };
  it("names what is awaited, since when, until when, and the last that was seen", () => {
    expect(waitingLine(waiting)).toBe("....  traffic-access/x  still waiting after 3.0 s: a -> b GET / is ok");
    expect(waitingLine({ ...waiting, deadlineMs: 60_000, last: "4 in a§result, last OK" })).toBe(
      "....  traffic-access/x  still waiting after 3.0 s of 1 min: a -> b GET / is ok (last seen: 4 in a§result, last OK)",
    );
    expect(waitingLine(waiting, { width: 20, colour: true })).toBe("\u001B[2m....  traffic-acces…\u001B[0m");
  });
});
