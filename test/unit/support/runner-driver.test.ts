import { describe, expect, it } from "vitest";
import {
  inputEnvironment,
  parseCommand,
  parseCommandFile,
  readLog,
  readSummary,
  SUMMARY_LIMIT_BYTES,
  stateEnvironment,
} from "../../e2e/support/runner-protocol.ts";

describe("a command file", () => {
  it.each([
    ["nothing", "", []],
    ["a value", "a=b\n", [["a", "b"]]],
    ["a value with an equals sign and a block's sign in it", "a=b=c<<d\n", [["a", "b=c<<d"]]],
    ["an empty value", "a=\n", [["a", ""]]],
    [
      "a block",
      "a<<E\nb=1\n\nc\nE\nd=2\n",
      [
        ["a", "b=1\n\nc"],
        ["d", "2"],
      ],
    ],
    ["an empty block", "a<<E\nE\n", [["a", ""]]],
    ["Windows line ends", "a<<E\r\nb\r\nE\r\n", [["a", "b"]]],
    ["the last of two", "a=1\na=2\n", [["a", "2"]]],
  ])("gives %s", (_what, text, expected) => {
    expect([...parseCommandFile(text)]).toEqual(expected);
  });

  it.each([
    ["just text\n", "Invalid format 'just text'"],
    ["=b\n", "Invalid format '=b'. Name must not be empty"],
    ["<<E\nE\n", "Invalid format '<<E'. Name must not be empty and delimiter must not be empty"],
    ["a<<\nb\n", "Invalid format 'a<<'. Name must not be empty and delimiter must not be empty"],
    ["a<<E\nb\n", "Invalid value. Matching delimiter not found 'E'"],
  ])("is refused: %j", (text, message) => {
    expect(() => parseCommandFile(text)).toThrow(message);
  });
});

describe("a command in the log", () => {
  it.each([
    ["::error::no", { name: "error", properties: {}, data: "no" }],
    [
      "  ::Warning title=A%3A b,line=3::x%0Ay%25",
      { name: "warning", properties: { title: "A: b", line: "3" }, data: "x\ny%" },
    ],
    ["::error::%250A and a::b", { name: "error", properties: {}, data: "%0A and a::b" }],
    ["::endgroup::", { name: "endgroup", properties: {}, data: "" }],
  ])("is read: %s", (line, command) => {
    expect(parseCommand(line)).toEqual(command);
  });

  it.each(["error: no", "text ::error::no", "::error", "::::"])("is only text: %s", (line) => {
    expect(parseCommand(line)).toBeUndefined();
  });
});

describe("a step's log", () => {
  it("has groups, annotations and text", () => {
    const log = readLog("::group::One\n  a\n::endgroup::\n::error title=T::bad\n::notice::good\nrest");
    expect(log.groups).toEqual(["One"]);
    expect(log.annotations).toEqual([
      { level: "error", message: "bad", title: "T" },
      { level: "notice", message: "good" },
    ]);
    expect(log.lines).toEqual(["One", "  a", "bad", "good", "rest"]);
  });

  it("shows ten annotations of a level, each cut off", () => {
    const log = readLog(`::warning::${"w".repeat(5000)}\n${"::error::e\n".repeat(12)}`);
    expect(log.annotations.filter(({ level }) => level === "error")).toHaveLength(10);
    expect(log.unshown).toHaveLength(2);
    expect(log.annotations[0]?.message).toHaveLength(4096);
  });

  it("hides a secret, whole and line by line, from where it is named", () => {
    const log = readLog("one\n::add-mask::one%0Atwo\na one b\nTwo two\n::error::two");
    expect(log.lines).toEqual(["one", "a *** b", "Two ***", "***"]);
    expect(log.annotations).toEqual([{ level: "error", message: "***" }]);
  });

  it("takes no command between stop-commands and its token", () => {
    const log = readLog("::stop-commands::Token1\n::error::text\n::token1::\n::error::real");
    expect(log.annotations).toEqual([{ level: "error", message: "real" }]);
    expect(log.lines).toEqual(["::error::text", "real"]);
  });
});

describe("a summary", () => {
  it("is shown up to the limit, without secrets", () => {
    expect(readSummary(Buffer.from("# a secret"), ["secret"])).toEqual({ markdown: "# a ***" });
    expect(readSummary(Buffer.alloc(SUMMARY_LIMIT_BYTES, "a"), []).refusal).toBeUndefined();
  });

  it("is not shown at all over the limit", () => {
    const { markdown, refusal } = readSummary(Buffer.alloc(SUMMARY_LIMIT_BYTES + 1, "a"), []);
    expect(markdown).toBe("");
    expect(refusal).toEqual({
      level: "error",
      message: "$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got 1025k",
    });
  });
});

describe("a step's environment", () => {
  it("has each input in upper case with its dashes, or its default", () => {
    expect(inputEnvironment({ "node-image": "", only: "x" }, { "node-image": "kindest/node:v1" })).toEqual({
      "INPUT_NODE-IMAGE": "kindest/node:v1",
      INPUT_ONLY: "x",
    });
    expect(inputEnvironment({}, { "two words": "a" })).toEqual({ INPUT_TWO_WORDS: "a" });
  });

  it("has what main left for post", () => {
    expect(stateEnvironment(new Map([["cluster", "c"]]))).toEqual({ STATE_cluster: "c" });
  });
});
