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
  ["ignores-methods", "Methods are ignored", [specs4(43)], { ignoresMethods: true }],
  ["first-method-only", "Only the first method of a list counts", [specs4(121)], { firstMethodOnly: true }],
  ["wildcard-is-get", "The method * means GET", [specs4(44)], { wildcardIsGet: true }],
  ["omitted-methods-are-get", "A match without methods is one of GET", [specs4(135)], { omittedMethodsAreGet: true }],
  ["ignores-path", "Paths are ignored", path, { ignoresPath: true }],
  ["unanchored-path", "A path may begin anywhere", path, { unanchoredPath: true }],
  ["path-anchored-at-end", "A path is anchored at its end instead of its beginning", path, { anchorsPathAtEnd: true }],
  ["literal-path", "A path is a literal prefix and not an expression", [...path, specs4(50)], { literalPath: true }],
  ["case-insensitive-path", "Paths are not case-sensitive", path, { caseInsensitivePath: true }],
  ["literal-caret", "A ^ at the beginning of a path is taken literally", path, { literalCaret: true }],
  [
    "first-path-segment-only",
    "Only the first segment of a path counts",
    [specs4(42), specs4(111)],
    { firstPathSegmentOnly: true },
  ],
  ["ignores-headers", "Headers are ignored", [specs4(74), specs4(69)], { ignoresHeaders: true }],
  ["any-header-will-do", "One header of a match is enough", [specs4(77)], { anyHeaderWillDo: true }],
  ["first-header-only", "Only the first header of a match counts", [specs4(77)], { firstHeaderOnly: true }],
  ["absent-header-matches", "A header that is absent matches", [specs4(69)], { absentHeaderMatches: true }],
  ["case-sensitive-header-names", "Header names are case-sensitive", [specs4(74)], { caseSensitiveHeaderNames: true }],
  [
    "literal-header-value",
    "A header's value is compared literally and not as an expression",
    [specs4(74)],
    { literalHeaderValue: true },
  ],
  ["first-match-only", "Only the first match of a group counts", [access3(98)], { firstMatchOnly: true }],
  ["last-match-only", "Only the last match of a group counts", [access3(98)], { lastMatchOnly: true }],
  ["crosses-matches", "Every method of a group goes with every path of it", [access3(98)], { crossesMatches: true }],
  [
    "any-condition-will-do",
    "One condition of a match is enough",
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
