/**
 * The environment of programs that we start. What a runner gives to a step is for that step alone: inputs, tokens, saved
 * state, and the files by which a step sets outputs, state and the environment of later steps (GITHUB_OUTPUT, GITHUB_ENV).
 */
const PRIVATE = /^(INPUT|ACTIONS|STATE|GITHUB)_|^GH_(ENTERPRISE_)?TOKEN$/;

export const isPrivateVariable = (name: string): boolean => PRIVATE.test(name);
