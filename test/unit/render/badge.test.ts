import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderBadge, shieldsEndpoint } from "../../../src/render/badge.ts";
import { diedReport, mixedReport, mixedResults, reportOf, resultOf } from "../../fixtures/report.ts";
import { hostileText, reportSaying } from "./hostile.ts";
import { parseXml } from "./xml-document.ts";

/** The badge has no declaration: it may be put into a page. */
const parsed = (badge: string) => parseXml(`<?xml version="1.0" encoding="UTF-8"?>\n${badge}`);

const passing = reportOf([resultOf()]);
const unclear = reportOf(mixedResults.slice(3));
const mostly = reportOf([
  resultOf({ verdict: "FAIL" }),
  resultOf({ id: "traffic-split/a" }),
  resultOf({ id: "traffic-split/b" }),
]);
const hardly = reportOf([resultOf({ verdict: "FAIL" }), resultOf({ id: "traffic-split/a", verdict: "FAIL" })]);

describe("shieldsEndpoint", () => {
  it.each([
    ["conformant", passing, "1.4.8: 1/1 MUST", "brightgreen"],
    ["not conformant, half or more passes", mostly, "1.4.8: 2/3 MUST", "yellow"],
    ["not conformant, less than half passes", hardly, "1.4.8: 0/2 MUST", "red"],
    ["inconclusive claims no share", unclear, "1.4.8: inconclusive", "lightgrey"],
  ] as const)("%s", (_, report, message, color) => {
    expect(shieldsEndpoint(report)).toEqual({ schemaVersion: 1, label: "SMI Traefik Mesh", message, color });
  });

  it("is an error where the run went wrong", () => {
    expect(shieldsEndpoint(diedReport())).toEqual({
      schemaVersion: 1,
      label: "SMI Traefik Mesh",
      message: "1.4.8: error",
      color: "lightgrey",
      isError: true,
    });
  });
});

describe("renderBadge", () => {
  it("reads as the golden file", async () => {
    await expect(renderBadge(mixedReport())).toMatchFileSnapshot("golden/mixed.svg");
  });

  it("says in words what it shows, needs nothing else, and its two halves are as wide as it is", () => {
    const badge = parsed(renderBadge(passing));
    expect(badge.attributes.role).toBe("img");
    expect(badge.attributes["aria-label"]).toBe("SMI Traefik Mesh 1.4.8: 1/1 MUST");
    expect(badge.children[0]).toMatchObject({ name: "title", text: "SMI Traefik Mesh 1.4.8: 1/1 MUST" });
    expect(badge.attributes.viewBox).toBe(`0 0 ${badge.attributes.width} 20`);
    const [left, right] = badge.children.filter(({ name }) => name === "path").map((half) => half.attributes.d ?? "");
    const [, seam] = /^M3 0H(\d+)V20/.exec(left ?? "") ?? [];
    expect(right).toMatch(new RegExp(`^M${seam} 0H\\d+A3 3 0 0 1 ${badge.attributes.width} 3V17`));
    const without = renderBadge(passing).replace('xmlns="http://www.w3.org/2000/svg"', "");
    expect(without).not.toMatch(/href|https?:|<style|<image|<script/);
  });

  it("is of the same elements whatever a mesh is called", () => {
    const names = (badge: string) => badge.match(/<\/?\w+/g);
    const expected = names(renderBadge(reportSaying("a")));
    fc.assert(
      fc.property(hostileText, (said) => {
        const badge = renderBadge(reportSaying(said));
        parsed(badge);
        expect(names(badge)).toEqual(expected);
        expect(badge.length).toBeLessThan(4000);
      }),
    );
  });
});
