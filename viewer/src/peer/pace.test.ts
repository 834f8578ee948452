import { describe, expect, it } from "vitest";
import { BadMessage } from "../protocol/check.ts";
import { Pace } from "./pace.ts";

describe("Pace", () => {
  it("takes five hundred messages a second for as long as they come", () => {
    let now = 0;
    const pace = new Pace(() => now);
    for (; now < 60_000; now += 2) pace.count();
  });

  it("takes what waited while the line was away", () => {
    let now = 0;
    const pace = new Pace(() => now);
    for (let n = 0; n < 1000; n++) pace.count();
    now += 2000;
    for (let n = 0; n < 1000; n++) pace.count();
    expect(() => pace.count()).toThrow(BadMessage);
  });

  it("takes no more of a host that goes on so", () => {
    let now = 0;
    const pace = new Pace(() => now);
    const flood = () => {
      for (; now < 10_000; now++) pace.count();
    };
    expect(flood).toThrow("more than 500 messages a second");
    expect(now).toBeGreaterThan(1500);
    expect(now).toBeLessThan(2500);
  });
});
