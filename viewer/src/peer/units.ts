/** Figures as people read them: no more digits than they can make use of. */

/** A rate of kilobits a second. */
export function bitRate(kbps: number): string {
  if (kbps < 100) return `${Math.round(kbps)} kbit/s`;
  if (kbps < 995) return `${Math.round(kbps / 10) * 10} kbit/s`;
  return `${digits(kbps / 1000)} Mbit/s`;
}

/** A time in milliseconds. */
export function milliseconds(ms: number): string {
  return ms < 100 ? `${digits(ms)} ms` : `${Math.round(ms / 10) * 10} ms`;
}

/** A share of 0 to 1. */
export function percent(share: number): string {
  return `${digits(share * 100)}%`;
}

function digits(n: number): string {
  const tenth = Math.round(n * 10) / 10;
  return n < 10 ? String(tenth) : String(Math.round(n));
}
