import { describe, expect, it } from "vitest";
import { kindLabel, pathWords, scopeWords, spanWords, stateWords } from "./admin/words.ts";
import { leftWords } from "./invite.tsx";

describe("words for administrators", () => {
  it("say what is known in plain words, and the rest as it is", () => {
    expect(scopeWords(["view", "clipboard-to-host", "toString"])).toBe(
      "view, clipboard to the host, toString",
    );
    expect(kindLabel("sign_in")).toBe("Signed in");
    expect(kindLabel("constructor")).toBe("constructor");
    expect(stateWords("active")).toBe("runs");
    expect(pathWords("__proto__")).toBe("");
  });

  it.each([
    [0, "no limit"],
    [1, "1 second"],
    [60, "1 minute"],
    [5400, "90 minutes"],
    [7200, "2 hours"],
  ])("%i seconds are %s", (seconds, words) => expect(spanWords(seconds)).toBe(words));
});

describe("what is left of an invitation", () => {
  it.each([
    [-1, "over"],
    [59_000, "1 min left"],
    [3_600_000, "60 min left"],
    [86_400_000, "24 h left"],
    [7 * 86_400_000, "7 days left"],
  ])("%i ms: %s", (ms, words) => expect(leftWords(ms)).toBe(words));
});
