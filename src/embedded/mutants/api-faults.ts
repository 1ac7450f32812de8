/** Every switch by which the API server can be made to break one clause, with what it does. */
import { definitionFaults } from "./api/definitions.ts";
import { objectFaults } from "./api/objects.ts";
import { servingFaults } from "./api/serving.ts";
import type { SwitchesOf } from "./fault-table.ts";

export const apiFaults = { ...definitionFaults, ...servingFaults, ...objectFaults };

export type ApiFaults = SwitchesOf<typeof apiFaults>;
