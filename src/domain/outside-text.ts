/**
 * The one door for text that came from outside (a mesh, a cluster, a program, a report) on its way to a job's log or a
 * terminal: nothing in it is a command to the runner or to the terminal, and it stays readable.
 *
 * The runner's rules (github.com/actions/runner, src/Runner.Common/ActionCommand.cs): a line ends at \r or \n; `##[` counts
 * wherever it stands in a line; `::` counts at the start, after any white space as .NET has it, U+0085 included.
 */

/** What a terminal or a reader's eye obeys: control, direction and other invisible characters, but for tabs and line ends. */
const CONTROLS = /[^\P{Cc}\t\n]|[\p{Cf}\p{Cs}]/gu;
/** Those are the program's own, see render/terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a colour begins with one
const COLOURS = /\u001B\[(?:0|1|2|3[1-6])m/g;
const REPLACEMENT = "\uFFFD";

/** A zero-width character beside a token changes nothing for the runner: the token itself is broken, by a space that shows. */
const oldCommand = /##(?=\[)/g;
const newCommand = /^([\s\uFFFD\p{Default_Ignorable_Code_Point}]*):(?=:)/gmu;

const breakCommands = (text: string) => text.replace(oldCommand, "## ").replace(newCommand, "$1: ");

const replaceControls = (text: string) => text.replace(CONTROLS, REPLACEMENT);

/** `user:password@` in front of a host, as far as the last `@` before the path. */
const USER_INFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]*@/gi;

/** Addresses without the user and password that they may carry. */
export const withoutUserInfo = (text: string): string => text.replace(USER_INFO, "$1");

/** The user and password of each address, as one text and by themselves. */
export const userInfos = (text: string): readonly string[] =>
  [...text.matchAll(USER_INFO)].flatMap(([whole, scheme = ""]) => {
    const info = whole.slice(scheme.length, -1);
    const password = info.slice(info.indexOf(":") + 1);
    // Masking what is short would make everything else unreadable; the address as a whole loses it all the same.
    return [info, password].filter((one) => one.length > 3);
  });

/** @returns text for a log or a terminal; its lines end with \n. */
export const inert = (text: string): string =>
  breakCommands(replaceControls(withoutUserInfo(text.replace(/\r\n?/g, "\n"))));

/** As `inert`, but keeps the colours that this program itself prints. For text that was made inert before it was coloured. */
export function inertColoured(text: string): string {
  const colours = text.match(COLOURS) ?? [];
  return text
    .split(COLOURS)
    .map((part, index) => inert(part) + (colours[index] ?? ""))
    .join("");
}
