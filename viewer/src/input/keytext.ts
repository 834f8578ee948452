/** What a key means: the text that it makes, and which key of the host it is. */

import { MAX_TEXT } from "../protocol/message.ts";

/** The part of KeyboardEvent, and of MouseEvent, that tells modifiers. */
export interface ModifierLike {
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  getModifierState(name: string): boolean;
}

/** The part of KeyboardEvent that counts. */
export interface KeyLike extends ModifierLike {
  readonly code: string;
  readonly key: string;
  readonly isComposing: boolean;
  readonly timeStamp: number;
  preventDefault(): void;
}

// What the number pad means with NumLock off: the same keys as in the block beside it.
const navigation = new Set([
  "Home",
  "End",
  "PageUp",
  "PageDown",
  "Insert",
  "Delete",
  "ArrowUp",
  "ArrowDown",
  "ArrowLeft",
  "ArrowRight",
]);

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Whether the browser leaves this key to an input method or to a dead key's second half. */
export function isComposed(e: KeyLike): boolean {
  return e.isComposing || e.key === "Process" || e.key === "Dead" || e.key === "Unidentified";
}

/** Whether the key is down that makes other characters of keys, as AltGr does. */
export function isAltGr(e: ModifierLike): boolean {
  return e.getModifierState("AltGraph");
}

/** The text that a key makes; none for named keys and in combinations. */
export function textOf(e: KeyLike, isMac: boolean): string | undefined {
  // AltGr counts as Control and Alt on Windows, and makes text all the same.
  const isCommand = (e.ctrlKey || e.altKey || e.metaKey) && !isAltGr(e);
  if (isCommand && !(isMac && isOptionText(e))) return undefined;
  return isOneGrapheme(e.key) ? e.key : undefined;
}

/**
 * Whether Option made a sign that people cannot do without: on a Mac it is the AltGr of
 * most layouts, and Alt as well. Brackets, @ and the like are text; letters and the
 * ornaments that Option makes of them are shortcuts.
 */
function isOptionText(e: KeyLike): boolean {
  return e.altKey && !e.ctrlKey && !e.metaKey && /^[!-/:-@[-`{-~€]$/.test(e.key);
}

/** Whether this is text as people see one character, and not the name of a key. */
export function isOneGrapheme(key: string): boolean {
  if (key.length === 1) return true;
  // Names of keys are ASCII, of two letters at least.
  if (/^[ -~]*$/.test(key)) return false;
  return [...graphemes.segment(key)].length === 1;
}

/** The host's key for a key of the technician; none for one that means nothing there. */
export function hostCode(e: KeyLike): string | undefined {
  if (e.code.startsWith("Numpad")) {
    if (navigation.has(e.key)) return e.key;
    // The middle of the pad with NumLock off; the host's might be on, and make a 5.
    if (e.key === "Clear") return undefined;
  }
  // The right Alt of a layout without AltGr: on the host it could be AltGr.
  if (e.code === "AltRight" && e.key === "Alt") return "AltLeft";
  return e.code;
}

/** Text in pieces that one event may carry, without control characters. */
export function pieces(typed: string): string[] {
  const clean = [...typed.replace(/\r\n?/g, "\n")].filter(
    (c) => c === "\n" || c === "\t" || !/\p{Cc}/u.test(c),
  );
  const list: string[] = [];
  for (let i = 0; i < clean.length; i += MAX_TEXT) list.push(clean.slice(i, i + MAX_TEXT).join(""));
  return list;
}
