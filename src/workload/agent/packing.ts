/** Packs what an agent sends (domain/measurement/probe.ts says why); domain/measurement/decode.ts reverses it. */
import type { Arrival, Observation, PackedArrivals, PackedObservations } from "../../domain/measurement/probe.ts";

/** Numbers distinct values by their JSON, in order of appearance. */
function shapeTable<T>() {
  const shapes: T[] = [];
  const numbers = new Map<string, number>();
  return {
    shapes,
    of(shape: T): number {
      const key = JSON.stringify(shape);
      let number = numbers.get(key);
      if (number === undefined) {
        number = shapes.push(shape) - 1;
        numbers.set(key, number);
      }
      return number;
    },
  };
}

/** `seen[n]` must be the observation of probe n. */
export function packObservations(seen: readonly Observation[]): PackedObservations {
  const table = shapeTable<PackedObservations["shapes"][number]>();
  const rows = seen.flatMap(({ id, ms, echoedId, ...rest }) => [
    table.of({ ...rest, ...(echoedId === undefined ? {} : echoedId === id ? { echoes: true } : { echoedId }) }),
    ms,
  ]);
  return { shapes: table.shapes, rows };
}

/** Each id must start with `prefix`. */
export function packArrivals(prefix: string, arrivals: readonly Arrival[]): PackedArrivals {
  const table = shapeTable<PackedArrivals["shapes"][number]>();
  const rows = arrivals.flatMap(({ id, at, ...rest }) => [table.of(rest), id.slice(prefix.length), at]);
  return { shapes: table.shapes, rows };
}
