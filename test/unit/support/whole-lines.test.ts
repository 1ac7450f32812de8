import { PassThrough } from "node:stream";
import { finished } from "node:stream/promises";
import { expect, it } from "vitest";
import { onWholeLines } from "../../e2e/support/whole-lines.ts";

it("lines of two streams stay whole, whatever pieces they come in", async () => {
  const [one, other] = [new PassThrough(), new PassThrough()];
  let told = "";
  onWholeLines([one, other], (lines) => {
    told += lines;
  });
  for (const [stream, piece] of [
    [one, "fir"],
    [other, "a\nb"],
    [one, "st\nsecond\nth"],
    [other, "c\n"],
    [one, Buffer.from("ü").subarray(0, 1)],
    [one, Buffer.from("ü").subarray(1)],
  ] as const) {
    stream.write(piece);
    await new Promise(setImmediate);
  }
  expect(told).toBe("a\nfirst\nsecond\nbc\n");
  one.end();
  other.end();
  await Promise.all([finished(one), finished(other)]);
  expect(told).toBe("a\nfirst\nsecond\nbc\nthü");
});
