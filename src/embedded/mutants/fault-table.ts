/** Tables of faults. A switch is the name of its fault, and is declared where the fault is defined. */

/** Faults by the switch that turns each on: with `true`, or with a value that says of what. */
export type FaultTable<Fault> = Readonly<Record<string, Fault | ((value: never) => Fault)>>;

/** The switches of a table. All absent: no fault. */
export type SwitchesOf<Table> = {
  readonly [Name in keyof Table]?: Table[Name] extends (value: infer Value) => unknown ? Value : true;
};

/** The faults that are switched on. */
export function switchedOn<Fault>(
  table: FaultTable<Fault>,
  switches: Readonly<Record<string, unknown>>,
): readonly Fault[] {
  return Object.entries(switches).flatMap(([name, value]) => {
    const fault = table[name];
    if (fault === undefined) return [];
    return [typeof fault === "function" ? (fault as (value: unknown) => Fault)(value) : fault];
  });
}
