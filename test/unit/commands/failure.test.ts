import { describe, expect, it } from "vitest";
import { failProgram } from "../../../src/commands/failure.ts";
import { ConfigurationError, InfrastructureError, InputErrors } from "../../../src/errors.ts";

function failed(error: unknown) {
  let printed = "";
  const code = failProgram(error, (text) => {
    printed += text;
  });
  return { code, printed };
}

const mesh = new ConfigurationError("mesh", "it is required and empty", "Name it.");
const docker = new InfrastructureError("docker-unavailable", "no Docker daemon answers", "Start Docker.");

describe("the end of the program", () => {
  it("is 2 for bad input, with every mistake and its remedy", () => {
    const repeat = new ConfigurationError("repeat", '"x" is not a number', "Give one.");
    expect(failed(new InputErrors([mesh, repeat]))).toEqual({
      code: 2,
      printed:
        'error: mesh: it is required and empty\n  next: Name it.\nerror: repeat: "x" is not a number\n  next: Give one.\n',
    });
  });

  it("is 3 for everything else: what is missing with a remedy, a defect with where it is", () => {
    expect(failed(docker)).toEqual({ code: 3, printed: "error: no Docker daemon answers\n  next: Start Docker.\n" });
    const { code, printed } = failed(new TypeError("x is undefined"));
    expect(code).toBe(3);
    expect(printed).toMatch(/^error: x is undefined\nTypeError: x is undefined\n +at .*failure\.test\.ts/);
    expect(failed("thrown text")).toEqual({ code: 3, printed: "error: thrown text\n" });
  });
});
