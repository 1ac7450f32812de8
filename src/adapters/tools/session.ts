/** How a program becomes the leader of a session, and so of a process group, of its own. */

/** Replaces itself by the program, so that its process is the program's. */
const PERL = "use POSIX; POSIX::setsid(); exec { $ARGV[0] } @ARGV or die qq($ARGV[0]: $!\\n)";

/**
 * Arguments that go before those of the program. One signal then reaches whatever the program has started, and Ctrl-C in a
 * terminal reaches us alone, so that ending a program is always for us to order. @actions/exec has no option for it.
 */
export function inOwnSession(platform: NodeJS.Platform): readonly [string, ...string[]] {
  // macOS comes without setsid, but with Perl.
  return platform === "darwin" ? ["perl", "-e", PERL] : ["setsid"];
}
