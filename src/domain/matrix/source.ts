/** Files that may be reports, as they were found. */

/** One file as it was found. */
export type FoundFile = {
  readonly path: string;
  /** false: it was met in a folder, where files of other kinds are no mistake. */
  readonly named: boolean;
} & ({ readonly text: string; readonly sha256: string } | { readonly unreadable: string });
