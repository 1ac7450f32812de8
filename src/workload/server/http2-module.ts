/**
 * `node:http2`, loaded with the first connection that speaks it: all of `node:crypto` comes with it, and most pods, which
 * are started by the dozen, never see one.
 */
import type * as Http2 from "node:http2";

export const http2Module = (): typeof Http2 => process.getBuiltinModule("node:http2");
