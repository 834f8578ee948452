/** Pauses between tries to reach the relay, as PROTOCOL.md section 2 asks. */

const FIRST_MS = 250;
const MOST_MS = 10_000;

/**
 * The pause before try number `attempt` (from 0), in milliseconds: anything from
 * nothing to a ceiling that doubles. The jitter is full, so that participants who
 * lost the relay together do not come back together.
 */
export function pauseBefore(attempt: number, random: () => number): number {
  const ceiling = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return random() * ceiling;
}
