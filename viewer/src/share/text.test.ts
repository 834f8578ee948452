import { expect, it } from "vitest";
import { load } from "../languages/text.ts";
import { timeIn, whoIs } from "./text.ts";

it.each([
  [0, "0 seconds"],
  [400, "1 second"],
  [60_000, "60 seconds"],
  [90_000, "2 minutes"],
  [600_000, "10 minutes"],
  [7_200_000, "2 hours"],
])("%i ms are %s", async (ms, text) => expect(timeIn(await load("en"), ms)).toBe(text));

it("counts in every language", async () => {
  expect(timeIn(await load("de"), 60_000)).toBe("60 Sekunden");
  expect(timeIn(await load("ja"), 600_000)).toContain("10");
});

it("says who somebody is", () => {
  expect(whoIs({ name: "Ines Okafor", organisation: "Help Desk" })).toBe("Ines Okafor (Help Desk)");
  expect(whoIs({ name: "Ines Okafor" })).toBe("Ines Okafor");
});
