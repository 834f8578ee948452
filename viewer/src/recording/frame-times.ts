/** The times of pictures, to go from one to the next. */

import { damagedIsNothing } from "./damage.ts";
import type { Tape } from "./tape.ts";

/** The time of the first picture after a time. Throws Refused. */
export async function timeAfter(tape: Tape, time: number): Promise<number | undefined> {
  for (let part = await tape.partAt(Math.max(0, time)); part < tape.next; part++) {
    const found = (await timesIn(tape, part)).find((t) => t > time);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The time of the last picture before a time. Throws Refused. */
export async function timeBefore(tape: Tape, time: number): Promise<number | undefined> {
  for (let part = await tape.partAt(time); part >= 0; part--) {
    const found = (await timesIn(tape, part)).findLast((t) => t < time);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function timesIn(tape: Tape, part: number): Promise<number[]> {
  const content = await damagedIsNothing(tape.open(part));
  return content?.video?.frames.map(({ time }) => time) ?? [];
}
