import { expect, it } from "vitest";
import type { Event } from "../../recording/event.ts";
import { told } from "./words.ts";

it("permissions are told when they change", () => {
  const now = (t: number, now: string[], isPaused = false): Event => ({
    type: "permissions",
    t,
    now,
    isPaused,
  });
  const events: Event[] = [
    now(0, []),
    { type: "consent", t: 1, recorded: true },
    now(2, ["view"]),
    now(3, ["view"]),
    now(4, ["view"], true),
    now(5, ["view"]),
    now(6, []),
  ];
  expect(told(events).map(({ t, text }) => `${t} ${text}`)).toEqual([
    "1 The person said yes",
    "2 Allowed: view",
    "4 Everything paused",
    "5 Allowed: view",
    "6 Nothing allowed",
  ]);
});
