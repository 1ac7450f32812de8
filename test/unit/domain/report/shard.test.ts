import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseShard, type Shard, shardOf, shardText } from "../../../../src/domain/report/shard.ts";

const itemsOf = (ids: readonly string[]) => ids.map((id) => ({ id }));
const idsOf = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);
const shardsOf = (of: number): Shard[] => Array.from({ length: of }, (_, n) => ({ index: n + 1, of }));

describe("the text of a shard", () => {
  it.each([
    ["1/1", { index: 1, of: 1 }],
    ["2/4", { index: 2, of: 4 }],
    ["256/256", { index: 256, of: 256 }],
  ])("%s is one", (text, shard) => {
    expect(parseShard(text)).toEqual(shard);
    expect(shardText(shard)).toBe(text);
  });

  it.each(["", "2", "0/4", "5/4", "-1/4", "1/0", "1/257", "01/4", "1 / 4", "1/4/2", "a/b", "1.0/2", "2of4"])(
    "%j is none",
    (text) => {
      expect(parseShard(text)).toBeUndefined();
    },
  );
});

describe("the shares", () => {
  const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { maxLength: 120 });
  const of = fc.integer({ min: 1, max: 20 });

  it("are together all assertions, and none is in two", () => {
    fc.assert(
      fc.property(ids, of, (list, count) => {
        const shares = shardsOf(count).flatMap((shard) => idsOf(shardOf(itemsOf(list), shard)));
        expect(shares.toSorted()).toEqual(list.toSorted());
      }),
    );
  });

  it("differ by one assertion at most", () => {
    fc.assert(
      fc.property(ids, of, (list, count) => {
        const sizes = shardsOf(count).map((shard) => shardOf(itemsOf(list), shard).length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("do not depend on the order in which the assertions come, and keep it", () => {
    fc.assert(
      fc.property(
        ids.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        of,
        ([list, shuffled], count) => {
          for (const shard of shardsOf(count)) {
            const share = new Set(idsOf(shardOf(itemsOf(list), shard)));
            expect(idsOf(shardOf(itemsOf(shuffled), shard))).toEqual(shuffled.filter((id) => share.has(id)));
          }
        },
      ),
    );
  });

  it("spread a folder over all shards", () => {
    const items = itemsOf(["split/a", "split/b", "access/a", "access/b", "split/c", "access/c"]);
    expect(shardsOf(3).map((shard) => idsOf(shardOf(items, shard)))).toEqual([
      ["split/a", "access/a"],
      ["split/b", "access/b"],
      ["split/c", "access/c"],
    ]);
  });
});
