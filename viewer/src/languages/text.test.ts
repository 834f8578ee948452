import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { languageOf, languages, load, names, timeIn, whoIs } from "./text.ts";

const here = new URL(".", import.meta.url);
const read = (language: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`${language}.json`, here), "utf8"));
const english = read("en");
const gaps = (text: string) => [...text.matchAll(/\{\w*\}/g)].map(([gap]) => gap).sort();

describe("the person's language", () => {
  it.each([
    [["de-AT", "en"], "de"],
    [["FR"], "fr"],
    [["pt-BR", "es-MX"], "es"],
    [["ja_JP"], "ja"],
    [["nl"], "en"],
    [["en-GB", "de"], "en"],
    [["dex", "constructor", ""], "en"],
    [[], "en"],
  ])("of %s is %s", (wanted, language) => expect(languageOf(wanted)).toBe(language));
});

describe("each language", () => {
  it("has a file, and each file a language", () => {
    const files = readdirSync(here).filter((name) => name.endsWith(".json"));
    expect(files.sort()).toEqual(languages.map((name) => `${name}.json`).sort());
  });

  it.each(languages)("%s has every sentence, with the same gaps, in the same order", (language) => {
    const made = read(language);
    expect(Object.keys(made)).toEqual(Object.keys(english));
    for (const [key, text] of Object.entries(made)) {
      expect(text.trim(), key).toBe(text);
      expect(text, key).not.toBe("");
      expect(gaps(text), key).toEqual(gaps(english[key] ?? ""));
    }
    expect(made["language.name"]).toBe(names[language]);
    expect(["ltr", "rtl"]).toContain(made["language.direction"]);
  });

  it.each(languages.filter((name) => name !== "en"))("%s is translated", (language) => {
    const same = Object.entries(read(language)).filter(([key, text]) => text === english[key]);
    expect(same.map(([key]) => key)).toEqual(["language.direction"]);
  });
});

describe("a sentence", () => {
  it("has filled in what it is given, as it is", async () => {
    const t = await load("de");
    expect(t("get.heading.from", { organisation: "{number} $& Co." })).toBe(
      "Hilfe von {number} $& Co. bekommen",
    );
    expect(t("get.heading.from")).toContain("{organisation}");
    expect([t.language, t.direction]).toEqual(["de", "ltr"]);
  });
});

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
