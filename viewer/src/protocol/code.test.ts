import { describe, expect, it } from "vitest";
import { digitsOf, editCode, grouped } from "./code.ts";

describe("digitsOf", () => {
  it.each([
    ["482913077", "482913077"],
    ["482 913 077", "482913077"],
    ["482-913-077", "482913077"],
    [" Code: 482\u00a0913\u2009077\n", "482913077"],
    ["４８２ 913 077", "482913077"],
    ["4829130771", "482913077"],
    ["abc", ""],
  ])("%j", (typed, digits) => expect(digitsOf(typed)).toBe(digits));
});

describe("grouped", () => {
  it.each([
    ["", ""],
    ["482", "482"],
    ["4829", "482 9"],
    ["482913077", "482 913 077"],
  ])("%j", (digits, shown) => expect(grouped(digits)).toBe(shown));
});

describe("editCode", () => {
  // The bar shows the caret.
  const cases: [string, string, string][] = [
    ["the first digit", "4|", "4|"],
    ["a full group", "482|", "482|"],
    ["into the next group", "4829|", "482 9|"],
    ["a paste", "482-913-077|", "482 913 077|"],
    ["a digit put in the middle", "4812| 913", "481 2|91 3"],
    ["a digit taken from the middle", "48| 913", "48|9 13"],
    ["the space taken away", "482|913", "482 |913"],
    ["a letter", "48x| 2", "48|2"],
    ["nothing", "|", "|"],
  ];
  it.each(cases)("%s", (_, typed, want) => {
    const edit = editCode(typed.replace("|", ""), typed.indexOf("|"));
    expect(`${edit.text.slice(0, edit.caret)}|${edit.text.slice(edit.caret)}`).toBe(want);
  });
});
