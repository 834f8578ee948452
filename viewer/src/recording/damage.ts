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

/** A damaged part is said when it is played; whoever looks for something goes on. */
export async function damagedIsNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (e) {
    if (e instanceof Damaged) return undefined;
    throw e;
  }
}
