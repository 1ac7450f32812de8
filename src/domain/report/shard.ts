/** One part of a selection, so that several jobs of a pipeline run it between them. */

export interface Shard {
  /** From 1 to `of`. */
  readonly index: number;
  readonly of: number;
}

/** GitHub's limit of jobs in one matrix. Source: docs.github.com, Actions limits. */
const MAX_SHARDS = 256;

/** `2/4`; undefined for a text that is not of that form, or names no shard that there is. */
export function parseShard(text: string): Shard | undefined {
  const [, index, of] = /^([1-9]\d{0,2})\/([1-9]\d{0,2})$/.exec(text) ?? [];
  if (index === undefined || of === undefined) return undefined;
  const shard = { index: Number(index), of: Number(of) };
  return shard.index <= shard.of && shard.of <= MAX_SHARDS ? shard : undefined;
}

export const shardText = ({ index, of }: Shard): string => `${index}/${of}`;

/**
 * The shard's share, in the order given. Dealt out like cards over the sorted ids: each id is in exactly one shard, sizes
 * differ by one at most, rows of one folder (which are about as slow as each other) are spread, and the order in which
 * the rows were found has no say.
 */
export function shardOf<Row extends { readonly id: string }>(
  rows: readonly Row[],
  { index, of }: Shard,
): readonly Row[] {
  const dealt = new Set(
    rows
      .map(({ id }) => id)
      .sort()
      .filter((_, place) => place % of === index - 1),
  );
  return rows.filter(({ id }) => dealt.has(id));
}
