/**
 * Pages in the person's language. The files beside this one are for translators: one entry for
 * each sentence, with names in braces of what is filled in.
 */

import english from "./en.json";

/** The names of the sentences. */
export type Key = keyof typeof english;
/** The sentences of one language. */
export type Sentences = Readonly<Record<Key, string>>;
/** What is filled in, by its name. */
export type Filling = Readonly<Record<string, string>>;

/** The languages that there are, the first of which stands in for what nobody has. */
export const languages = ["en", "de", "fr", "es", "ja"] as const;
export type Language = (typeof languages)[number];

/** What each language calls itself. */
export const names: Readonly<Record<Language, string>> = {
  en: "English",
  de: "Deutsch",
  fr: "Français",
  es: "Español",
  ja: "日本語",
};

/** Says sentences in one language. */
export interface Text {
  readonly language: Language;
  readonly direction: string;
  (key: Key, filling?: Filling): string;
}

const others: Readonly<Record<Exclude<Language, "en">, () => Promise<{ default: Sentences }>>> = {
  de: () => import("./de.json"),
  fr: () => import("./fr.json"),
  es: () => import("./es.json"),
  ja: () => import("./ja.json"),
};

/** The first of the person's languages that there is; English when there is none. */
export function languageOf(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const main = tag.toLowerCase().split(/[-_]/)[0];
    const found = languages.find((language) => language === main);
    if (found) return found;
  }
  return "en";
}

/** Loads a language; English when its file is gone, as after an update of the relay. */
export async function load(language: Language): Promise<Text> {
  if (language === "en") return textOf("en", english);
  try {
    return textOf(language, (await others[language]()).default);
  } catch {
    return textOf("en", english);
  }
}

/** Says the sentences of a file. */
export function textOf(language: Language, sentences: Sentences): Text {
  const say = (key: Key, filling: Filling = {}) =>
    sentences[key].replaceAll(/\{([a-z]+)\}/g, (whole, name: string) =>
      Object.hasOwn(filling, name) ? String(filling[name]) : whole,
    );
  return Object.assign(say, { language, direction: sentences["language.direction"] });
}

/** For the pages that speak English alone, and share something with those that do not. */
export const inEnglish = textOf("en", english);

/** Who somebody is. */
export function whoIs(p: { name: string; organisation?: string }): string {
  return p.organisation ? `${p.name} (${p.organisation})` : p.name;
}

/** A length of time: seconds below a minute and a half, then minutes, then hours. */
export function timeIn(t: Text, ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 90) return counted(t, "second", seconds);
  if (seconds < 90 * 60) return counted(t, "minute", Math.round(seconds / 60));
  return counted(t, "hour", Math.round(seconds / 3600));
}

function counted(t: Text, unit: "second" | "minute" | "hour", count: number): string {
  const written = { style: "unit", unit, unitDisplay: "long" } as const;
  return new Intl.NumberFormat(t.language, written).format(count);
}
