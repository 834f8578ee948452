import { describe, expect, it } from "vitest";
import { Speed } from "./speed.ts";

const PIECE = 16_384;

/** Sends as much as the speed allows for so many seconds, with a reading after each. */
function send(speed: Speed, roundTrips: readonly number[], from = 0): number {
  let now = from;
  for (const roundTrip of roundTrips) {
    for (const end = now + 1000; now < end;) now += speed.take(PIECE, now);
    speed.measured(roundTrip, now);
  }
  return now;
}

describe("the speed of a file", () => {
  it("grows while the round trip stays as it is", () => {
    const speed = new Speed();
    const first = speed.rate;
    send(speed, [20, 21, 19, 25]);
    expect(speed.rate).toBeGreaterThan(3 * first);
  });

  it("falls while the desktop waits, and no further than to a trickle", () => {
    const speed = new Speed();
    const now = send(speed, [20, 20]);
    const before = speed.rate;
    const later = send(speed, [61], now);
    expect(speed.rate).toBeLessThanOrEqual(before / 2);
    send(speed, Array<number>(20).fill(300), later);
    expect(speed.rate).toBe(32 * 1024);
  });

  it("does not grow on what was never tried", () => {
    const speed = new Speed();
    const first = speed.rate;
    for (let s = 1; s < 20; s++) speed.measured(20, s * 1000);
    expect(speed.rate).toBe(first);
  });

  it("learns that the path has become a longer one", () => {
    const speed = new Speed();
    for (let s = 0; s < 10; s++) speed.measured(20, s * 1000);
    for (let s = 10; s < 135; s++) speed.measured(120, s * 1000);
    const before = speed.rate;
    send(speed, [120], 135_000);
    expect(speed.rate).toBeGreaterThan(before);
  });

  it("lets bytes through no faster than that", () => {
    const speed = new Speed();
    let sent = 0;
    for (let now = 0; now < 1000; sent += PIECE) now += speed.take(PIECE, now);
    expect(sent).toBeGreaterThan(speed.rate * 0.9);
    expect(sent).toBeLessThan(speed.rate * 1.2);
  });
});
