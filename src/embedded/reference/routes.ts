/**
 * Traffic Specs: which requests an HTTPRouteGroup describes. A route means nothing by itself (traffic-specs v1alpha4,
 * lines 46 and 201): access and splits refer to it.
 */
import type { RequestHead } from "../data-plane.ts";
import type { MeshFaults } from "../mutants/mesh-faults.ts";
import type { Choices } from "./open-choices.ts";
import { pathForms } from "./path.ts";
import type { RouteMatch } from "./policy.ts";

export type RequestTest = (request: RequestHead) => boolean;

/** Undefined where it is no expression: its match then describes nothing, and the others of the group are as they were. */
function regex(source: string, flags = ""): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** "A regex is used to match against the URI and is anchored (`^`) to the beginning" (line 42). */
function pathTest(source: string, choices: Choices, faults: MeshFaults): RequestTest | undefined {
  const end = choices.pathEnd === "full" ? "$" : "";
  const path = regex(`^(?:${source})${end}`, faults.caseInsensitivePath ? "i" : "");
  if (path === undefined && faults.brokenPathMatches) return () => true;
  return path && ((request) => pathForms(request.path, choices).every((form) => path.test(form)));
}

/** "Methods can either be specific (`GET`) or `*` to match all methods" (line 43). */
function methodTest(methods: readonly string[]): RequestTest | undefined {
  if (methods.includes("*")) return () => true;
  return (request) => methods.includes(request.method);
}

/** "The key is the name of the HTTP header and the value is a regex expression" (line 74). */
function headerTest(name: string, source: string, choices: Choices, faults: MeshFaults): RequestTest | undefined {
  const value = regex(choices.headerRegex === "full" ? `^(?:${source})$` : source);
  // Names of headers know no case (RFC 9110, 5.1).
  const key = faults.caseSensitiveHeaderNames ? name : name.toLowerCase();
  const ifAbsent = choices.absentHeader === "as-empty" ? [""] : [];
  return (
    value &&
    ((request) => {
      const found = request.headers[key];
      if (found === undefined && faults.absentHeaderMatches) return true;
      const all = found === undefined ? ifAbsent : typeof found === "string" ? [found] : found;
      return choices.repeatedHeader === "joined" && all.length > 1
        ? value.test(all.join(", "))
        : all.some((one) => value.test(one));
    })
  );
}

/** One match: all that it asks for must hold (line 77: "an AND condition"); what it leaves out, any request has (line 135). */
export function compileMatch(match: RouteMatch, choices: Choices, faults: MeshFaults): RequestTest {
  const tests: (RequestTest | undefined)[] = match.headers.map(([name, value]) =>
    headerTest(name, value, choices, faults),
  );
  if (match.pathRegex !== undefined) tests.push(pathTest(match.pathRegex, choices, faults));
  if (match.methods !== undefined) tests.push(methodTest(match.methods));
  const whole = tests.filter((test) => test !== undefined);
  if (whole.length < tests.length) return () => false;
  if (faults.anyConditionWillDo) return anyOf(whole);
  return (request) => whole.every((test) => test(request));
}

/** Several matches: one is enough (line 77: "an OR condition"). */
export function anyOf(tests: readonly RequestTest[]): RequestTest {
  return (request) => tests.some((test) => test(request));
}
