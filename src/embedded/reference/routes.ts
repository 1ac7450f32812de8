/**
 * Traffic Specs: which requests an HTTPRouteGroup describes. A route means nothing by itself (traffic-specs v1alpha4,
 * lines 46 and 201): access and splits refer to it.
 */
import type { RequestHead } from "../data-plane.ts";
import { expression } from "../expression.ts";
import type { Choices } from "./open-choices.ts";
import { pathForms } from "./path.ts";
import type { RouteMatch } from "./policy.ts";

export type RequestTest = (request: RequestHead) => boolean;

// A text that is not an expression describes nothing, and the rest of its group is unaffected.

/** "A regex is used to match against the URI and is anchored (`^`) to the beginning" (line 42). */
function pathTest(source: string, choices: Choices): RequestTest | undefined {
  const path = expression(`^(?:${source})${choices.pathEnd === "full" ? "$" : ""}`);
  return path && ((request) => pathForms(request.path, choices).every((form) => path.test(form)));
}

/** "Methods can either be specific (`GET`) or `*` to match all methods" (line 43). */
function methodTest(methods: readonly string[]): RequestTest {
  return (request) => methods.includes("*") || methods.includes(request.method);
}

/** "The key is the name of the HTTP header and the value is a regex expression" (line 74). */
function headerTest(name: string, source: string, choices: Choices): RequestTest | undefined {
  const value = expression(choices.headerRegex === "full" ? `^(?:${source})$` : source);
  const ifAbsent = choices.absentHeader === "as-empty" ? [""] : [];
  return (
    value &&
    ((request) => {
      // Names of headers are not case-sensitive (RFC 9110, 5.1).
      const found = request.headers[name.toLowerCase()] ?? ifAbsent;
      const all = typeof found === "string" ? [found] : found;
      return choices.repeatedHeader === "joined" && all.length > 1
        ? value.test(all.join(", "))
        : all.some((one) => value.test(one));
    })
  );
}

/** One match: all its conditions must hold (line 77: "an AND condition"); what it leaves out is not restricted (line 135). */
export function compileMatch(match: RouteMatch, choices: Choices): RequestTest {
  const conditions = [
    ...match.headers.map(([name, value]) => headerTest(name, value, choices)),
    ...(match.pathRegex === undefined ? [] : [match.pathRegex, ...(match.alsoPaths ?? [])]).map((path) =>
      pathTest(path, choices),
    ),
    ...(match.methods === undefined ? [] : [methodTest(match.methods)]),
  ];
  return (request) => conditions.every((test) => test?.(request) === true);
}

/** Several matches: one is enough (line 77: "an OR condition"). */
export function anyOf(tests: readonly RequestTest[]): RequestTest {
  return (request) => tests.some((test) => test(request));
}
