import { afterEach, describe, expect, it, vi } from "vitest";
import { createConsoleLog } from "../../../src/adapters/console-log.ts";

describe("the log at a terminal", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("shows a cluster's words without what a terminal or a runner would obey, and no secret", () => {
    const written: string[] = [];
    vi.spyOn(process.stderr, "write").mockImplementation((chunk) => written.push(String(chunk)) > 0);
    const log = createConsoleLog({ debug: true });
    log.mask("S3CRET");
    log.info("a\u001B]0;owned\u0007b S3CRET");
    log.group("::error::x");
    log.warn("https://bob:pw@host/x ##[error]y");
    expect(written).toEqual([
      "a\uFFFD]0;owned\uFFFDb ***\n",
      "== ::error::x\n",
      "  warning: https://host/x ## [error]y\n",
    ]);
  });
});
