/** Traffic Specs: which requests a route describes. */
import { access3, family, specs4 } from "../mutant.ts";

const path = [specs4(42)];

export const specsMutants = family("traffic-specs", [
  [
    "routes-open-alone",
    "Routes are open without a TrafficTarget",
    [specs4(46), specs4(201)],
    { routesOpenAlone: true },
  ],
  ["ignores-methods", "Methods are not looked at", [specs4(43)], { ignoresMethods: true }],
  ["first-method-only", "Only the first method of a list counts", [specs4(121)], { firstMethodOnly: true }],
  ["wildcard-is-get", "The method * means GET", [specs4(44)], { wildcardIsGet: true }],
  ["omitted-methods-are-get", "A match without methods is one of GET", [specs4(135)], { omittedMethodsAreGet: true }],
  ["ignores-path", "Paths are not looked at", path, { ignoresPath: true }],
  ["unanchored-path", "A path may begin anywhere", path, { unanchoredPath: true }],
  ["path-anchored-at-end", "A path is anchored at its end and not at its beginning", path, { anchorsPathAtEnd: true }],
  ["literal-path", "A path is a plain prefix and no expression", [...path, specs4(50)], { literalPath: true }],
  ["case-insensitive-path", "Upper and lower case are one in a path", path, { caseInsensitivePath: true }],
  ["literal-caret", "A ^ that begins a path is taken for a letter", path, { literalCaret: true }],
  [
    "first-path-segment-only",
    "Only the first segment of a path counts",
    [specs4(42), specs4(111)],
    { firstPathSegmentOnly: true },
  ],
  ["ignores-headers", "Headers are not looked at", [specs4(74), specs4(69)], { ignoresHeaders: true }],
  ["any-header-will-do", "One header of a match is enough", [specs4(77)], { anyHeaderWillDo: true }],
  ["first-header-only", "Only the first header of a match counts", [specs4(77)], { firstHeaderOnly: true }],
  ["absent-header-matches", "A header that is absent matches", [specs4(69)], { absentHeaderMatches: true }],
  [
    "case-sensitive-header-names",
    "Names of headers are compared with their case",
    [specs4(74)],
    { caseSensitiveHeaderNames: true },
  ],
  ["literal-header-value", "A header's value is a text and no expression", [specs4(74)], { literalHeaderValue: true }],
  ["first-match-only", "Only the first match of a group counts", [access3(98)], { firstMatchOnly: true }],
  ["last-match-only", "Only the last match of a group counts", [access3(98)], { lastMatchOnly: true }],
  ["crosses-matches", "Every method of a group goes with every path of it", [access3(98)], { crossesMatches: true }],
  [
    "any-condition-will-do",
    "Path, method or headers of a match are enough, each",
    [specs4(111), specs4(133)],
    { anyConditionWillDo: true },
  ],
  [
    "all-matches-must-hold",
    "Every match of a group must hold",
    [specs4(77), access3(98)],
    { allMatchesMustHold: true },
  ],
  ["ignores-http2", "HTTP/2 is not governed at all", [specs4(23)], { ignoresHttp2: true }],
]);
