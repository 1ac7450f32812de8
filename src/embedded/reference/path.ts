/** What a pathRegex is matched against (traffic-specs v1alpha4, line 42: "the URI"). */
import type { Choices } from "./open-choices.ts";

/** Octets with the same meaning with and without percent-encoding (RFC 3986, 2.3), and separators that servers decode. */
const DECODED = /%(?:2[def]|3\d|4[1-9a-f]|5[0-9acf]|6[1-9a-f]|7[0-9ae])/gi;

/** The path with its dot segments resolved (RFC 3986, 5.2.4), also if they are encoded. */
export function normalised(path: string): string {
  const decoded = path.replace(DECODED, (octet) => String.fromCharCode(Number.parseInt(octet.slice(1), 16)));
  const kept: string[] = [];
  const segments = decoded.replaceAll("\\", "/").split("/");
  for (const segment of segments) {
    if (segment === "..") {
      if (kept.length > 1) kept.pop();
    } else if (segment !== ".") kept.push(segment);
  }
  const last = segments.at(-1);
  if (last === ".." || last === ".") kept.push("");
  return kept.join("/");
}

/**
 * Every form of the path that has to match. A request that a server may take for another path than the one it shows is on a route
 * only if both paths are.
 */
export function pathForms(target: string, choices: Choices): readonly string[] {
  const query = target.indexOf("?");
  const path = query < 0 ? target : target.slice(0, query);
  const shown = choices.query === "included" ? target : path;
  if (choices.path === "as-sent" || !/%|\/\.|\\/.test(path)) return [shown];
  return [shown, `${normalised(path)}${shown.slice(path.length)}`];
}
