import { expect, test } from "vitest";
import { drift, growth } from "./support/drift.ts";

test("growth is that of an hour, whatever the figure begins with", () => {
  const minutes = Array.from({ length: 60 }, (_, minute) => minute);
  expect(growth(minutes.map((minute) => 100 + minute))).toBeCloseTo(60);
  expect(growth(minutes.map(() => 100))).toBeCloseTo(0);
  expect(growth(minutes.map((minute) => (minute % 2 ? NaN : 100 - minute / 6)))).toBeCloseTo(-10);
});

test("the first ten minutes after the warm-up are compared with the last ten", () => {
  const values = [900, 800, ...Array.from({ length: 28 }, (_, at) => (at < 14 ? 10 : 12))];
  const minutes = values.map((value) => ({ value }));
  expect(drift(minutes, "value", 2)).toMatchObject({ first: 10, last: 12 });
  // What is not known in some minutes does not count.
  expect(drift([{ value: 1 }, {}, { value: 3 }, {}], "value", 0)).toMatchObject({
    first: 1,
    last: 3,
  });
});
