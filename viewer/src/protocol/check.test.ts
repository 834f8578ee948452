import { expect, test } from "vitest";
import { clean, text } from "./check.ts";

test.each([
  ["  INC-1042 ", "INC-1042"],
  ["INC\u202E-10\u000042\n", "INC-1042"],
  ["😀".repeat(70), "😀".repeat(64)],
  ["a".repeat(63) + "  b", "a".repeat(63)],
  ["\u2066\uFFFD", ""],
])("%j is cleaned to what the protocol takes", (typed, want) => {
  expect(clean(typed, 64)).toBe(want);
  expect(text("ticket", clean(typed, 64), 0, 64)).toBe(want);
});
