/** What controllers have begun and not finished, so that a caller can wait until the cluster has caught up. */

export interface Underway {
  /** Notes work. A failure of it is kept for the next who waits. */
  add(work: Promise<void>): void;
  /** Resolves once nothing is under way, what was begun meanwhile included. Rejects with a failure nobody was told of yet. */
  settled(): Promise<void>;
}

export function createUnderway(): Underway {
  const works = new Set<Promise<void>>();
  const failures: unknown[] = [];
  return {
    add(work) {
      const noted = work.then(
        () => void works.delete(noted),
        (error: unknown) => {
          works.delete(noted);
          failures.push(error);
        },
      );
      works.add(noted);
    },
    async settled() {
      while (works.size > 0) await Promise.all(works);
      if (failures.length > 0) throw failures.shift();
    },
  };
}
