import { BadMessage } from "../protocol/check.ts";

/** What arrived is not what a recording holds. */
export class Damaged extends Error {
  constructor(what: string) {
    super(what);
    this.name = "Damaged";
  }
}

/** Whether an error says that something was not as it has to be. */
export function isBad(e: unknown): boolean {
  return e instanceof SyntaxError || e instanceof BadMessage || e instanceof Damaged;
}
