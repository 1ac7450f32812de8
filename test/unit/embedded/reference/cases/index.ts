/** What the specification says, case by case. Each fault of the mesh changes at least one case about its clause. */
import { accessLines } from "./access.ts";
import { type Case, caseOf } from "./case.ts";
import { lifecycleLines } from "./lifecycle.ts";
import { specsLines } from "./specs.ts";
import { splitLines } from "./split.ts";

export type { Case } from "./case.ts";

export const cases: readonly Case[] = [...accessLines, ...specsLines, ...splitLines, ...lifecycleLines].map(caseOf);
