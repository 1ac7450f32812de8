/** Requests that could not be sent as they are written: what the mesh would be judged by is another one. */
import { type Probe, requestLine, transportOf } from "./expectation.ts";
import type { Mistake, Path } from "./mistake.ts";

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Visible characters, with blanks and tabs between them. */
const HEADER_VALUE = /^(?:[!-~](?:[\t -~]*[!-~])?)?$/;
const AS_WRITTEN = /^\/[ -~]*$/;
const PLAIN = /^\/[!-~]*$/;

function pathMistakes(probe: Probe, path: Path): readonly Mistake[] {
  const field = probe.send === undefined ? "get" : "send";
  const given = requestLine(probe).path;
  if (probe.raw === true ? AS_WRITTEN.test(given) : PLAIN.test(given)) return [];
  const problem = given.startsWith("/")
    ? "has characters that no path of a request has"
    : "does not begin with a slash";
  const remedy = AS_WRITTEN.test(given)
    ? "Write a blank as %20, or add raw: true to send the path as it is written."
    : "Give a path of visible ASCII characters; write the others as %XX.";
  return [{ path: [...path, field], message: `the path ${JSON.stringify(given)} ${problem}`, remedy }];
}

function headerMistakes(headers: Readonly<Record<string, string>>, path: Path): readonly Mistake[] {
  return Object.entries(headers).flatMap(([name, value]): readonly Mistake[] => [
    ...(HEADER_NAME.test(name)
      ? []
      : [
          {
            path: [...path, name],
            key: true as const,
            message: `${JSON.stringify(name)} is not the name of a header`,
            remedy: "Give letters, digits and dashes.",
          },
        ]),
    ...(HEADER_VALUE.test(value)
      ? []
      : [
          {
            path: [...path, name],
            message: `${JSON.stringify(value)} cannot be sent as the value of a header`,
            remedy: "Give visible ASCII characters, with blanks only between them.",
          },
        ]),
  ]);
}

/** @param path of the probe in its file */
export function requestMistakes(probe: Probe, path: Path): readonly Mistake[] {
  const headers = headerMistakes(probe.headers ?? {}, [...path, "headers"]);
  return transportOf(probe) === "http" ? [...pathMistakes(probe, path), ...headers] : headers;
}
