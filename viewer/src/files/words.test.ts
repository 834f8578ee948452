import { describe, expect, it } from "vitest";
import { FILE_REASONS } from "../protocol/message.ts";
import type { Transfer } from "./transfer.ts";
import { sizeWords, standWords, wantedWords } from "./words.ts";

const file: Transfer = {
  key: "1",
  to: "host",
  name: "a",
  size: 48_213,
  done: 0,
  state: "waiting",
};

describe("words for files", () => {
  it.each<[Partial<Transfer>, boolean, string]>([
    [{}, false, "48.2 KB · waits for its turn"],
    [{}, true, "48.2 KB · waits"],
    [{ state: "moving", done: 1000 }, false, "1.0 KB of 48.2 KB"],
    [{ state: "moving", done: 1000 }, true, "1.0 KB of 48.2 KB · held"],
    [{ state: "moving", done: 48_213 }, false, "48.2 KB of 48.2 KB · being checked"],
    [{ state: "kept" }, false, "48.2 KB · on their desktop"],
    [{ state: "kept", to: "technician" }, false, "48.2 KB · arrived whole"],
    [{ state: "dropped", reason: "no_room" }, false, "Not sent: their disk has too little room"],
    [{ state: "dropped", to: "technician", reason: "cancelled" }, false, "Cancelled"],
  ])("%o, held %s: %s", (change, isHeld, words) =>
    expect(standWords({ ...file, ...change }, isHeld)).toBe(words),
  );

  it.each(FILE_REASONS)("say something for %s, both ways", (reason) => {
    for (const to of ["host", "technician"] as const) {
      expect(standWords({ ...file, to, state: "dropped", reason }, false)).toMatch(/^[A-Z].{5,}/);
    }
    expect(wantedWords(reason)).toMatch(/^The/);
  });

  it.each([
    [0, "0 bytes"],
    [1, "1 byte"],
    [999, "999 bytes"],
    [1000, "1.0 KB"],
    [99_960, "100 KB"],
    [4 * 1024 ** 3, "4.3 GB"],
  ])("%i bytes are %s", (bytes, words) => expect(sizeWords(bytes)).toBe(words));
});
