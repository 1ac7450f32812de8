/** One part of a selection, so that several jobs of a pipeline run it between them. */

export interface Shard {
  /** From 1 to `of`. */
  readonly index: number;
  readonly of: number;
}

/** GitHub's limit on the jobs of one matrix. Source: docs.github.com, Actions limits. */
const MAX_SHARDS = 256;

/** `2/4`; undefined for a text of another form, and for a shard that does not exist. */
export function parseShard(text: string): Shard | undefined {
  const [, index, of] = /^([1-9]\d{0,2})\/([1-9]\d{0,2})$/.exec(text) ?? [];
  if (index === undefined || of === undefined) return undefined;
  const shard = { index: Number(index), of: Number(of) };
  return shard.index <= shard.of && shard.of <= MAX_SHARDS ? shard : undefined;
}

export const shardText = ({ index, of }: Shard): string => `${index}/${of}`;

/**
 * The shard's share, in the order given. Dealt out like cards over the sorted ids: each id is in exactly one shard, sizes
 * differ by one at most, assertions of one folder (which take about as long as each other) are spread, and the order in
 * which they were found does not matter.
 */
export function shardOf<T extends { readonly id: string }>(items: readonly T[], { index, of }: Shard): readonly T[] {
  const dealt = new Set(
    items
      .map(({ id }) => id)
      .sort()
      .filter((_, place) => place % of === index - 1),
  );
  return items.filter(({ id }) => dealt.has(id));
}
