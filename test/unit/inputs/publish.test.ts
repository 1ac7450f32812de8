/** What is told to GitHub: checked before anything is created; the token is never part of what is shown. */
import { describe, expect, it } from "vitest";
import { inputDefinitions } from "../../../src/inputs/definitions/index.ts";
import { publishInputs } from "../../../src/inputs/definitions/publish.ts";
import type { RawInputs } from "../../../src/inputs/inputs.ts";
import { setUpRun } from "../../../src/setup/run-setup.ts";
import { keptLog } from "../../fakes/kept-log.ts";
import { expectOne, mistakesOf, parseInputs } from "./mistakes.ts";

const good = { mesh: "traefik-mesh", "mesh-version": "1.4.8" } as const;
const parse = (raw: RawInputs) => parseInputs({ ...good, ...raw }, { suiteVersion: "0.1.0", lookAround: false });
const sha = "0123456789abcdef0123456789abcdef01234567";

describe("publishing", () => {
  it("is on, with nothing of its own, by default", () => {
    const { publish } = parse({});
    expect(publish).toEqual({
      token: undefined,
      commitStatus: true,
      statusContext: undefined,
      statusSha: undefined,
      targetUrl: undefined,
      upload: true,
      artifactName: undefined,
      retentionDays: undefined,
      failOnUploadError: false,
    });
    expect(Object.isFrozen(publish)).toBe(true);
  });

  it("is as it is asked for", () => {
    const { publish } = parse({
      token: " ghs_secret\n",
      "commit-status": "false",
      "status-context": "smi (k8s 1.36)",
      "status-sha": sha.toUpperCase(),
      "target-url": "https://ci.example/run/1",
      upload: "False",
      "artifact-name": "my-report.1",
      "retention-days": "90",
      "fail-on-upload-error": "true",
    });
    expect(publish).toEqual({
      token: "ghs_secret",
      commitStatus: false,
      statusContext: "smi (k8s 1.36)",
      statusSha: sha,
      targetUrl: "https://ci.example/run/1",
      upload: false,
      artifactName: "my-report.1",
      retentionDays: 90,
      failOnUploadError: true,
    });
  });

  it.each([
    ["0", undefined],
    ["180", 180],
    ["400", 400],
  ])("keeps the artifact for %s days as the repository allows", (text, days) => {
    expect(parse({ "retention-days": text }).publish.retentionDays).toBe(days);
  });

  it.each([
    ["commit-status", '"on"', "on", /true or false/],
    ["upload", '"1"', "1", /true or false/],
    ["fail-on-upload-error", '"never"', "never", /true or false/],
    ["status-context", '"a\nb" has characters', "a\nb", /one line/],
    ["status-context", '"xxx', "x".repeat(300), /one line/],
    ["status-sha", '"abc123"', "abc123", /all 40 hexadecimal digits/],
    ["status-sha", '"main"', "main", /all 40 hexadecimal digits/],
    ["status-sha", `"${sha}0"`, `${sha}0`, /all 40/],
    ["status-sha", "no commit", "0".repeat(40), /all 40/],
    ["target-url", '"ci.example/run"', "ci.example/run", /https:\/\//],
    ["target-url", '"javascript:alert(1)"', "javascript:alert(1)", /https:\/\//],
    ["target-url", '"file:///etc/passwd"', "file:///etc/passwd", /https:\/\//],
    ["target-url", "a user name or a password", "https://me:secret@ci.example", /without a user name and password/],
    ["retention-days", '"-1"', "-1", /0 to 400/],
    ["retention-days", '"401"', "401", /0 to 400/],
    ["retention-days", '"1.5"', "1.5", /0 to 400/],
    ["retention-days", '"a week"', "a week", /0 to 400/],
    ["artifact-name", '"a/b" holds "/"', "a/b", /letters, digits/],
    ["artifact-name", '"report:1" holds ":"', "report:1", /letters, digits/],
    ["artifact-name", '"xxx', "x".repeat(300), /letters, digits/],
  ] as const)("refuses %s %s", async (input, shown, value, remedy) => {
    expectOne(await mistakesOf(() => parse({ [input]: value })), input, shown, remedy);
  });

  it("never repeats the credentials in an address", async () => {
    const mistakes = await mistakesOf(() => parse({ "target-url": "https://me:secret@ci.example" }));
    expect(mistakes.map(({ message, remedy }) => message + remedy).join()).not.toMatch(/secret|me:/);
  });

  it("never says a token, not even one that is none", async () => {
    const mistakes = await mistakesOf(() => parse({ token: "ghs_very secret", upload: "maybe" }));
    expect(mistakes.map(({ input }) => input)).toEqual(["token", "upload"]);
    for (const { message, remedy } of mistakes) expect(message + remedy).not.toContain("ghs_very");
  });
});

describe("the command that reproduces a run", () => {
  it("has nothing of what only makes sense in the workflow, above all not the token", () => {
    const workflow: RawInputs = Object.fromEntries([
      ...publishInputs.map(({ name, type }) => [name, type === "flag" ? "false" : ""]),
      ["token", "ghs_secret"],
      ["status-sha", sha],
      ["target-url", "https://ci.example"],
      ["status-context", "c"],
      ["artifact-name", "a"],
      ["retention-days", "3"],
      ["fail-on-upload-error", "true"],
      ["baseline-run", "12"],
      ["baseline-artifact", "b"],
    ]);
    const { given, publish } = parse({ ...workflow, only: "a/b", "fail-on": "any-failure" });
    expect(publish.token).toBe("ghs_secret");
    expect(given).toEqual({ ...good, only: "a/b", "fail-on": "any-failure" });
  });

  it("has no defaults, which a workflow's runner gives as if they were asked for", () => {
    const defaults = Object.fromEntries(inputDefinitions.map(({ name, default: value }) => [name, value]));
    expect(parse({ ...defaults, ...good, timeout: "900" }).given).toEqual({ ...good, timeout: "900" });
  });
});

it("a token is masked before anything is said, even about the inputs", async () => {
  const lines: string[] = [];
  const log = {
    ...keptLog(),
    info: (line: string) => void lines.push(line),
    warn: (line: string) => void lines.push(line),
    mask: (secret: string) => void lines.push(`mask ${secret}`),
  };
  const around = { root: ".", log, signal: new AbortController().signal, ownerPid: process.pid };
  const mistakes = await mistakesOf(() => setUpRun({ ...good, token: " ghs_secret ", cluster: "none" }, around));
  expect(mistakes.map(({ input }) => input)).toEqual(["cluster"]);
  expect(lines).toEqual(["mask ghs_secret"]);
  lines.length = 0;
  await mistakesOf(() => setUpRun({ ...good, token: " ", cluster: "none" }, around));
  expect(lines).toEqual([]);
});
