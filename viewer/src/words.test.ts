import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { duration, errorWords, localWords, reasonWords, wordsOf } from "./words.ts";

const protocol = readFileSync(new URL("../../signaling/PROTOCOL.md", import.meta.url), "utf8");
const section = protocol.slice(protocol.indexOf("\n## 7."), protocol.indexOf("\n## 8."));

/** The names in the first column of the table with this heading. */
function named(heading: string): string[] {
  const table = section.slice(section.indexOf(`| ${heading} `)).split("\n\n")[0] ?? "";
  const first = table
    .split("\n")
    .slice(2)
    .map((row) => row.split("|")[1] ?? "");
  return first.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map((m) => m[1] ?? "")).sort();
}

describe("words", () => {
  it("are there for every error of the protocol, and for no other", () => {
    expect(named("error").length).toBeGreaterThan(15);
    expect(Object.keys(errorWords).sort()).toEqual(named("error"));
  });

  it("are there for every reason of an end, and for no other", () => {
    expect(named("reason of an end").length).toBeGreaterThan(10);
    expect(Object.keys(reasonWords).sort()).toEqual(named("reason of an end"));
  });

  it("are sentences that say what happened and what to do", () => {
    for (const words of [errorWords, reasonWords, localWords].flatMap((t) => Object.values(t))) {
      expect(words.what).toMatch(/^[A-Z].*\.$/);
      expect(words.todo).toMatch(/^[A-Z].*\.$/);
    }
  });

  it("take the time to wait from the relay, and nothing else", () => {
    const hint = "Wait four minutes.";
    const cause = { kind: "error", message: "m", hint } as const;
    expect(wordsOf({ ...cause, code: "too_many_tries" }).todo).toBe(hint);
    expect(wordsOf({ ...cause, code: "code_invalid" }).todo).not.toBe(hint);
  });

  it("are there for what a later version may send", () => {
    expect(wordsOf({ kind: "reason", reason: "toString" }).what).toContain("(toString)");
  });
});

describe("duration", () => {
  it.each([
    [900, "1 s"],
    [59_000, "59 s"],
    [61_000, "1 min 1 s"],
    [3_600_000 * 2 + 60_000, "2 h 1 min"],
  ])("%i ms is %s", (ms, said) => expect(duration(ms)).toBe(said));
});
