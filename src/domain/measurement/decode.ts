/** Unpacks what an agent sent; `workload/packing.ts` packs it. */
import type { Arrival, Observation, PackedArrivals, PackedObservations } from "./probe.ts";

/** The observations of batch `batch`, in the order of their probes. @throws RangeError for a shape that is not there. */
export function unpackObservations(batch: string, { shapes, rows }: PackedObservations): readonly Observation[] {
  return Array.from({ length: rows.length / 2 }, (_, n) => {
    const { echoes, ...shape } = shapeAt(shapes, rows[2 * n]);
    const id = `${batch}-${n}`;
    return { id, ms: rows[2 * n + 1] ?? 0, ...shape, ...(echoes === true ? { echoedId: id } : {}) };
  });
}

/** Arrivals whose id starts with `prefix`. @throws RangeError for a shape that is not there. */
export function unpackArrivals(prefix: string, { shapes, rows }: PackedArrivals): readonly Arrival[] {
  return Array.from({ length: rows.length / 3 }, (_, n) => ({
    id: `${prefix}${rows[3 * n + 1]}`,
    ...shapeAt(shapes, rows[3 * n]),
    at: Number(rows[3 * n + 2]),
  }));
}

function shapeAt<T>(shapes: readonly T[], index: unknown): T {
  const shape = shapes[Number(index)];
  if (shape === undefined) throw new RangeError(`an agent's answer has no shape ${String(index)}`);
  return shape;
}
