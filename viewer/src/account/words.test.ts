import { describe, expect, it } from "vitest";
import { Refused } from "./http.ts";
import { refusalWords } from "./words.ts";

describe("the words for a refusal", () => {
  it("are our own where there are any", () => {
    const words = refusalWords(new Refused("sign_in_failed", "The relay’s.", "Hint."));
    expect(words.what).toBe("Name and password do not match.");
  });

  it("are the relay’s where it has some", () => {
    const refused = new Refused("last_admin", "That is the last one.", "Make another one first.");
    expect(refusalWords(refused)).toEqual({
      what: "That is the last one.",
      todo: "Make another one first.",
    });
  });

  it.each([
    ["relay_unreachable", /cannot be reached/],
    ["constructor", /\(constructor\)/],
  ])("are those of %s otherwise", (code, what) => {
    expect(refusalWords(new Refused(code, "", "")).what).toMatch(what);
  });
});
