/** Work on many files, without opening them all at once: a process may have no more than some hundred open. */

const AT_ONCE = 32;

/** What `work` makes of each item, in their order. Rejects with the first failure, once what has begun is over. */
export async function boundedMap<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = new Array<R>(items.length);
  const rest = items.entries();
  const worker = async () => {
    for (const [index, item] of rest) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return results;
}
