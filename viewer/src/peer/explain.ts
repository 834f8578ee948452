/** What is slow, in one sentence. */

import type { AllFigures } from "./merge.ts";
import { bitRate, milliseconds, percent } from "./units.ts";

/** Up to where all is well. */
const LONG_QUEUE_MS = 100;
const MUCH_LOSS = 0.03;
const BAD_LOSS = 0.1;
const SLOW_ENCODE_MS = 50;
const BUSY = 0.85;
const FULL = 0.95;
const SLOW_DECODE_MS = 30;
/** Pictures a second from which on decoding them can be too slow. */
const MOVING = 5;
const LONG_WAY_MS = 150;
const SLOW_TCP_MS = 80;
const LONG_WAIT_MS = 150;

interface Size {
  width: number;
  height: number;
}

/**
 * Says what makes a session slow: the most important cause, nothing when all is well.
 * `screen` is the size of what the host shows.
 */
export function explain(f: AllFigures, screen?: Size): string | undefined {
  return (
    lossOf(f, BAD_LOSS) ??
    networkOf(f, screen) ??
    lossOf(f, MUCH_LOSS) ??
    hostOf(f) ??
    browserOf(f) ??
    wayOf(f)
  );
}

function lossOf({ loss }: AllFigures, much: number): string | undefined {
  if (loss === undefined || loss < much) return undefined;
  return `${percent(loss)} of the packets are lost on the way.`;
}

function networkOf(f: AllFigures, screen?: Size): string | undefined {
  const { queue = 0 } = f;
  const isFull = queue >= LONG_QUEUE_MS;
  if (f.limited !== "network" && !isFull) return undefined;
  const carries =
    f.capacity === undefined ? "The network is slow" : `The network carries ${bitRate(f.capacity)}`;
  if (isReduced(f, screen)) return `${carries}: the picture is smaller until it is faster.`;
  if (isFull) return `${carries}: what is sent waits ${milliseconds(queue)} for it.`;
  return `${carries}: there are fewer pictures until it is faster.`;
}

function isReduced({ width }: AllFigures, screen?: Size): boolean {
  return width !== undefined && screen !== undefined && width < 0.95 * screen.width;
}

function hostOf(f: AllFigures): string | undefined {
  const busy = f.machine !== undefined && f.machine >= BUSY ? percent(f.machine) : undefined;
  const { encode = 0 } = f;
  const isSlow = f.limited === "host" || (encode >= SLOW_ENCODE_MS && moves(f));
  if (isSlow && busy) {
    return `The host’s computer is busy (${busy} CPU): encoding a picture takes ${milliseconds(encode)}.`;
  }
  if (isSlow) {
    return `The host’s computer encodes slowly: ${milliseconds(encode)} a picture.`;
  }
  if (busy && f.machine !== undefined && f.machine >= FULL) {
    return `The host’s computer is busy (${busy} CPU): its programs answer late.`;
  }
  return undefined;
}

function browserOf(f: AllFigures): string | undefined {
  if (f.decode === undefined || f.decode < SLOW_DECODE_MS || !moves(f)) return undefined;
  return `This computer decodes slowly: ${milliseconds(f.decode)} a picture.`;
}

function moves({ fps }: AllFigures): boolean {
  return fps !== undefined && fps >= MOVING;
}

function wayOf(f: AllFigures): string | undefined {
  const { roundTrip = 0, buffered = 0 } = f;
  const isUneven = buffered >= LONG_WAIT_MS && moves(f);
  const isTCP = f.path === "relay" && f.transport !== undefined && f.transport !== "udp";
  if (isTCP && (roundTrip >= SLOW_TCP_MS || isUneven)) {
    return "The connection goes over the relay by TCP: a network in between blocks UDP.";
  }
  if (roundTrip >= LONG_WAY_MS) {
    return `The way to the host is long: ${milliseconds(roundTrip)} there and back.`;
  }
  return isUneven
    ? `Packets come unevenly: pictures wait ${milliseconds(buffered)} in this browser.`
    : undefined;
}

/** What is said, and for how many readings in a row there was reason to change that. */
export interface Said {
  words: string | undefined;
  doubts: number;
}

export const nothingSaid: Said = { words: undefined, doubts: 0 };

/** Readings in a row that begin, and that end, a sentence. */
const BEGINS = 2;
const ENDS = 3;

/** What is said after another reading. One that is alone in being slow is not worth a word. */
export function steady({ words, doubts }: Said, now: string | undefined): Said {
  const isDoubt = (now === undefined) !== (words === undefined);
  if (!isDoubt) return { words: now, doubts: 0 };
  const enough = doubts + 1 >= (now === undefined ? ENDS : BEGINS);
  return enough ? { words: now, doubts: 0 } : { words, doubts: doubts + 1 };
}
