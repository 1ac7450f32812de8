/** The work that controllers have in progress, so that a caller can wait for it. */

export interface Underway {
  /** Registers work. If it fails, the next caller that waits gets the error. */
  add(work: Promise<void>): void;
  /** Resolves once no work is in progress, including work begun meanwhile. Rejects with an error that nobody got yet. */
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
