/** The unix socket by which agents command the server process: JSON lines both ways. */
import { rm } from "node:fs/promises";
import type { Socket } from "node:net";
import type { AgentReply } from "../../domain/measurement/probe.ts";
import { type Listening, listenStream } from "../server/listening.ts";
import { LineSplitter } from "./lines.ts";
import { answerRequest, type Operations } from "./operations.ts";
import { InvalidRequest, parseAgentRequest } from "./request.ts";

/** Characters of one request. */
const MAX_LINE = 4 * 1024 * 1024;

/** Listens on `path`, replacing a socket that a dead server may have left there. */
export async function serveControl(path: string, operations: Operations): Promise<Listening> {
  await rm(path, { force: true });
  return listenStream({ path }, (socket) => serveAgent(socket, operations), { allowHalfOpen: true });
}

/**
 * Answers each line when its answer is ready. A line that is not a request gets an error, and the connection continues. After
 * the agent has ended its side, its pending requests are still answered; once the connection is lost, its batches are
 * cancelled.
 */
function serveAgent(socket: Socket, operations: Operations): void {
  const lines = new LineSplitter(MAX_LINE);
  const gone = new AbortController();
  let underWay = 0;
  let hasEnded = false;

  // Answers that are ready together are written together: each write is a separate message on its way through the cluster.
  let held: string[] = [];
  const flush = () => {
    const lines = held.join("");
    held = [];
    if (socket.writable && !socket.write(lines)) socket.pause();
  };
  const reply = (answer: AgentReply) => {
    if (held.push(`${JSON.stringify(answer)}\n`) === 1) process.nextTick(flush);
  };
  const end = () => {
    if (held.length > 0) flush();
    socket.end();
  };
  const onLine = async (line: string) => {
    underWay += 1;
    reply(await answerLine(line));
    underWay -= 1;
    if (hasEnded && underWay === 0) end();
  };
  const answerLine = async (line: string): Promise<AgentReply> => {
    try {
      return await answerRequest(operations, parseAgentRequest(line), gone.signal);
    } catch (error) {
      const seq = error instanceof InvalidRequest ? error.seq : -1;
      return { seq, ok: false, error: error instanceof Error ? error.message : String(error) };
    }
  };

  socket.on("data", (piece) => {
    try {
      for (const line of lines.push(piece)) if (line !== "") void onLine(line);
    } catch (error) {
      // Where the next request would begin is no longer known.
      reply({ seq: -1, ok: false, error: (error as Error).message });
      end();
    }
  });
  // A slow reader gets nothing more until it has caught up.
  socket.on("drain", () => socket.resume());
  socket.on("end", () => {
    hasEnded = true;
    if (underWay === 0) end();
  });
  socket.on("close", () => gone.abort());
}
