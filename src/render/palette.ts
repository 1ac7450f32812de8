/** The colours of every page and picture that people look at. */

/** Colours by name; each text colour has a contrast of 4.5 at least to what it is set on (WCAG 2.2, 1.4.3). */
export interface Palette {
  readonly page: string;
  readonly card: string;
  readonly sunk: string;
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly link: string;
  readonly good: string;
  readonly bad: string;
  readonly unclear: string;
  readonly seen: string;
  readonly none: string;
  readonly goodCard: string;
  readonly badCard: string;
  readonly unclearCard: string;
}

export const light: Palette = {
  page: "#f7f7f5",
  card: "#ffffff",
  sunk: "#f1f1ee",
  ink: "#1d1e20",
  quiet: "#5a5e64",
  line: "#dedfdc",
  link: "#0a58a8",
  good: "#17703a",
  bad: "#b3261e",
  unclear: "#855700",
  seen: "#0a58a8",
  none: "#5a5e64",
  goodCard: "#edf6ef",
  badCard: "#fcefed",
  unclearCard: "#fbf3e0",
};

export const dark: Palette = {
  page: "#111315",
  card: "#191c1f",
  sunk: "#22262a",
  ink: "#e6e8ea",
  quiet: "#a2a8ae",
  line: "#31363b",
  link: "#86b7f7",
  good: "#62cd84",
  bad: "#ff8f85",
  unclear: "#e8b955",
  seen: "#86b7f7",
  none: "#a2a8ae",
  goodCard: "#16261c",
  badCard: "#2d1a19",
  unclearCard: "#2a2214",
};
