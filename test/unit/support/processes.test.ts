import { spawn } from "node:child_process";
import { expect, it, onTestFinished } from "vitest";
import { processesWith } from "../../e2e/support/processes.ts";

it.runIf(process.platform === "linux")(
  "a process is found by its argument, and its children are not others",
  async () => {
    const word = `found-by-this-${process.pid}`;
    const hang = "setInterval(() => {}, 1000)";
    const both = `require("child_process").spawn(process.execPath, ["-e", "console.log(1); ${hang}", "${word}"], { stdio: "inherit" }); ${hang}`;
    const parent = spawn(process.execPath, ["-e", both, word], { stdio: ["ignore", "pipe", "ignore"], detached: true });
    onTestFinished(() => void process.kill(-(parent.pid ?? 0), "SIGKILL"));
    await new Promise((resolve) => parent.stdout.once("data", resolve));
    expect(await processesWith((argument) => argument === word)).toEqual([parent.pid]);
    expect(await processesWith((argument) => argument === `${word}-not`)).toEqual([]);
  },
);
