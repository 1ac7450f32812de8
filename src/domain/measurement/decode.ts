/** Unpacks what an agent sent; `workload/packing.ts` packs it. */
import type { Arrival, Observation, PackedArrivals, PackedObservations } from "./probe.ts";

/** The observations of batch `batch`, in the order of their probes. @throws RangeError for another form, and for a shape that is not there. */
export function unpackObservations(batch: string, packed: PackedObservations): readonly Observation[] {
  const { shapes, rows } = checked(packed, 2);
  return Array.from({ length: rows.length / 2 }, (_, n) => {
    const { echoes, ...shape } = shapeAt(shapes, rows[2 * n]);
    const id = `${batch}-${n}`;
    return { id, ms: rows[2 * n + 1] ?? 0, ...shape, ...(echoes === true ? { echoedId: id } : {}) };
  });
}

/** Arrivals whose id starts with `prefix`. @throws RangeError for another form, and for a shape that is not there. */
export function unpackArrivals(prefix: string, packed: PackedArrivals): readonly Arrival[] {
  const { shapes, rows } = checked(packed, 3);
  return Array.from({ length: rows.length / 3 }, (_, n) => ({
    id: `${prefix}${rows[3 * n + 1]}`,
    ...shapeAt(shapes, rows[3 * n]),
    at: Number(rows[3 * n + 2]),
  }));
}

/** @param width numbers or texts that belong together in `rows` */
function checked<T extends PackedObservations | PackedArrivals>(packed: T, width: number): T {
  const { shapes, rows } = (packed ?? {}) as { shapes?: unknown; rows?: unknown };
  const isPacked =
    Array.isArray(shapes) &&
    shapes.every((shape) => typeof shape === "object" && shape !== null) &&
    Array.isArray(rows) &&
    rows.length % width === 0 &&
    rows.every((one) => typeof one === "number" || typeof one === "string");
  if (!isPacked) throw new RangeError("an agent's answer is not of its form");
  return packed;
}

function shapeAt<T>(shapes: readonly T[], index: unknown): T {
  const shape = shapes[Number(index)];
  if (shape === undefined) throw new RangeError(`an agent's answer has no shape ${String(index)}`);
  return shape;
}
