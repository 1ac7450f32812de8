/**
 * `node:http2`, loaded with the first HTTP/2 connection: it brings all of `node:crypto`, and most pods, which are started by
 * the dozen, never see such a connection.
 */
import type * as Http2 from "node:http2";

export const http2Module = (): typeof Http2 => process.getBuiltinModule("node:http2");
