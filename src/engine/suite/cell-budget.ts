/** Shares out the cells that may be in use at once among the fixtures. Pure. */

/**
 * A cell costs the start of its pods, and pays off where it saves assertions from waiting for one another.
 * @param counts assertions by fixture.
 * @param parallel cells that may be in use at once; a fixture with assertions gets one in any case.
 * @returns cells by fixture; a fixture without assertions is not in it.
 */
export function cellBudget(counts: ReadonlyMap<string, number>, parallel: number): ReadonlyMap<string, number> {
  const cells = new Map<string, number>();
  let left = parallel;
  for (const [fixture, count] of counts) {
    if (count > 0) {
      cells.set(fixture, 1);
      left -= 1;
    }
  }
  while (left > 0) {
    const [busiest] = [...counts]
      .filter(([f, n]) => n > (cells.get(f) ?? 0))
      .sort(([f, n], [g, m]) => m / (cells.get(g) ?? 1) - n / (cells.get(f) ?? 1));
    if (busiest === undefined) break;
    cells.set(busiest[0], (cells.get(busiest[0]) ?? 0) + 1);
    left -= 1;
  }
  return cells;
}
