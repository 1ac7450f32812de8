/**
 * The commands that GitHub's runner finds in what a step prints: the rules of TryParseV2, TryParse and TrimStart, written
 * anew from github.com/actions/runner (src/Runner.Common/ActionCommand.cs) and .NET's documentation. The test's oracle.
 */

/** Char.IsWhiteSpace of .NET: U+0085 is white space there, U+FEFF and U+200B are not. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: white space of .NET
const DOTNET_SPACE = /^[\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+/;

const REGISTERED = new Set([
  ...["add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice", "remove-matcher"],
  ...["save-state", "set-env", "set-output", "stop-commands", "warning"],
]);

export interface RunnerCommand {
  readonly name: string;
  readonly data: string;
}

/** StreamReader.ReadLine ends a line at \n, \r and \r\n. */
const linesOf = (text: string) => text.split(/\r\n|\r|\n/);

const named = (info: string) => info.split(" ")[0]?.toLowerCase() ?? "";

function newStyle(line: string): RunnerCommand | undefined {
  const message = line.replace(DOTNET_SPACE, "");
  if (!message.startsWith("::")) return undefined;
  const end = message.indexOf("::", 2);
  if (end < 0) return undefined;
  const name = named(message.slice(2, end));
  return REGISTERED.has(name) ? { name, data: message.slice(end + 2) } : undefined;
}

function oldStyle(message: string): RunnerCommand | undefined {
  const start = message.indexOf("##[");
  if (start < 0) return undefined;
  const end = message.indexOf("]", start);
  if (end < 0) return undefined;
  const name = named(message.slice(start + 3, end));
  return REGISTERED.has(name) ? { name, data: message.slice(end + 1) } : undefined;
}

export function runnerCommands(printed: string): readonly RunnerCommand[] {
  return linesOf(printed).flatMap((line) => newStyle(line) ?? oldStyle(line) ?? []);
}

/** Whether a comparison that ignores invisible characters, as .NET's own by culture does, would find a token of a command. */
export function hasCommandToken(printed: string): boolean {
  return linesOf(printed).some((line) => {
    const visible = line.replace(/[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu, "");
    return visible.includes("##[") || visible.replace(DOTNET_SPACE, "").startsWith("::");
  });
}
