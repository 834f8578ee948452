import { describe, expect, it } from "vitest";
import type { Compared } from "./comparison.ts";
import { isOpen, shieldOf } from "./say.ts";
import type { Sureness } from "./say.ts";

const words = ["tulip", "anchor", "window", "kettle"];

describe("the words to compare", () => {
  it.each<[string, Compared | undefined, boolean, Sureness | undefined]>([
    ["nothing is known yet", undefined, true, undefined],
    ["the host has none", { kind: "missing" }, false, "unsure"],
    ["nobody has answered", { kind: "words", words }, true, "open"],
    ["the technician has", { kind: "words", words, mine: "same" }, false, "sure"],
    ["the host has", { kind: "words", words, theirs: "same" }, true, "sure"],
    ["both have", { kind: "words", words, mine: "same", theirs: "same" }, false, "sure"],
    ["they were put away", { kind: "words", words, mine: "dismissed" }, false, "open"],
    [
      "they were put away, and the host has answered",
      { kind: "words", words, mine: "dismissed", theirs: "same" },
      false,
      "sure",
    ],
  ])("when %s", (_, c, open, sureness) => {
    expect(isOpen(c)).toBe(open);
    expect(shieldOf(c)?.sureness).toBe(sureness);
    if (c?.kind === "words") expect(shieldOf(c)?.detail).toContain("tulip anchor window kettle");
  });
});
