/**
 * The words of this page in the person's language. The files in languages/ are for translators: one
 * entry for each sentence, with names of what is filled in between braces.
 */

import english from "./languages/en.json";

/** The names of the sentences. */
export type Key = keyof typeof english;
/** What is filled in. */
export type Filling = Readonly<Record<string, string | number>>;
/** The sentences of one language. */
export type Sentences = Readonly<Record<Key, string>>;

/** Says sentences in one language. */
export interface Text {
  readonly language: string;
  readonly direction: string;
  (key: Key, filling?: Filling): string;
}

/** Which languages there are, and their files. English is always at hand. */
const others: Readonly<Record<string, () => Promise<{ default: Sentences }>>> = {};

/** The first of the person's languages that there is; English when there is none. */
export function languageOf(wanted: readonly string[]): string {
  const short = wanted.map((tag) => tag.toLowerCase().split("-")[0] ?? "");
  return short.find((tag) => tag === "en" || Object.hasOwn(others, tag)) ?? "en";
}

/** Loads a language. */
export async function load(language: string): Promise<Text> {
  const file = await others[language]?.();
  return file ? textOf(language, file.default) : textOf("en", english);
}

/** Says the sentences of one file. */
export function textOf(language: string, sentences: Sentences): Text {
  const say = (key: Key, filling: Filling = {}) =>
    sentences[key].replaceAll(/\{([a-z]+)\}/g, (whole, name: string) =>
      String(filling[name] ?? whole),
    );
  return Object.assign(say, { language, direction: sentences["language.direction"] });
}

/** The text of who somebody is. */
export function whoIs(t: Text, p: { name: string; organisation?: string }): string {
  const { name, organisation } = p;
  return organisation ? t("who", { name, organisation }) : name;
}

/** A length of time in words: seconds below a minute and a half, then minutes, then hours. */
export function timeIn(t: Text, ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 90) return counted(t, "seconds", seconds);
  if (seconds < 90 * 60) return counted(t, "minutes", Math.round(seconds / 60));
  return counted(t, "hours", Math.round(seconds / 3600));
}

function counted(t: Text, what: "seconds" | "minutes" | "hours", count: number): string {
  const isOne = new Intl.PluralRules(t.language).select(count) === "one";
  return t(`${what}.${isOne ? "one" : "other"}`, { count });
}
