/**
 * From the browser's keyboard events to the host's: which key, and what text the
 * technician's layout makes of it.
 *
 * Two ways lead here. A key that the browser names goes as a key, with its text when it
 * has one. What an input method, a dead key or an emoji picker composes has no key: it
 * appears in the sink, a hidden text field, and goes as text.
 */

import { MAX_TEXT } from "../protocol/message.ts";
import type { KeyEvent, TextEvent } from "../protocol/message.ts";

/** The part of KeyboardEvent that counts. */
export interface KeyLike {
  readonly code: string;
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly isComposing: boolean;
  readonly timeStamp: number;
  getModifierState(name: string): boolean;
  preventDefault(): void;
}

/** The hidden text field. */
export interface SinkLike {
  value: string;
}

export interface KeyboardConfig {
  sink: SinkLike;
  emit: (e: KeyEvent | TextEvent) => void;
}

// Their effect is in the text already; the host's own locks stay as they are.
const localLocks = new Set(["CapsLock", "NumLock"]);
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
/** Windows makes AltGr of a Control that nobody pressed, right before it. */
const ALTGR_PAIR_MS = 10;

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

export class Keyboard {
  // Set at construction.
  readonly #sink: SinkLike;
  readonly #emit: (e: KeyEvent | TextEvent) => void;
  // What was sent as down, by the key that was pressed.
  readonly #down = new Map<string, string>();
  #controlAt = -Infinity;

  constructor(config: KeyboardConfig) {
    this.#sink = config.sink;
    this.#emit = config.emit;
  }

  /** A key went down, or repeats. */
  keydown(e: KeyLike): void {
    if (isComposed(e)) return;
    e.preventDefault();
    if (localLocks.has(e.code)) return;
    const text = textOf(e);
    if (e.code === "") {
      if (text !== undefined) this.#emit({ kind: "text", text });
      return;
    }
    this.#unpairAltGr(e);
    const code = hostCode(e);
    this.#down.set(e.code, code);
    this.#emit(
      text === undefined
        ? { kind: "key", code, down: true }
        : { kind: "key", code, down: true, text },
    );
  }

  /** A key went up. */
  keyup(e: KeyLike): void {
    if (isComposed(e) && !this.#down.has(e.code)) return;
    e.preventDefault();
    this.#up(e.code);
    // macOS says nothing of the keys that go up while Command is down.
    if (e.key === "Meta") this.release();
  }

  /** Something appeared in the sink. */
  input(e: { readonly isComposing: boolean; readonly inputType: string }): void {
    if (e.isComposing) return;
    this.#take(e.inputType);
  }

  /** The input method has finished. */
  compositionend(): void {
    this.#take("insertCompositionText");
  }

  /** Lets go of every key. */
  release(): void {
    for (const pressed of [...this.#down.keys()]) this.#up(pressed);
  }

  /** Forgets what is down without a word: the host has let go already. */
  forget(): void {
    this.#down.clear();
    this.#sink.value = "";
  }

  #up(pressed: string): void {
    const code = this.#down.get(pressed);
    if (code === undefined) return;
    this.#down.delete(pressed);
    this.#emit({ kind: "key", code, down: false });
  }

  #unpairAltGr(e: KeyLike): void {
    if (e.code === "ControlLeft") this.#controlAt = e.timeStamp;
    const isPair = e.key === "AltGraph" && e.timeStamp - this.#controlAt < ALTGR_PAIR_MS;
    if (isPair) this.#up("ControlLeft");
  }

  #take(inputType: string): void {
    const typed = this.#sink.value;
    this.#sink.value = "";
    if (inputType === "insertLineBreak" || inputType === "insertParagraph") {
      this.#tap("Enter");
      return;
    }
    // The technician's clipboard is not given away by a paste that went astray.
    if (!inputType.startsWith("insert") || /Paste|Drop|Yank/.test(inputType)) return;
    for (const text of pieces(typed)) this.#emit({ kind: "text", text });
  }

  #tap(code: string): void {
    this.#emit({ kind: "key", code, down: true });
    this.#emit({ kind: "key", code, down: false });
  }
}

/** Whether the browser leaves this key to an input method or to a dead key's second half. */
function isComposed(e: KeyLike): boolean {
  return e.isComposing || e.key === "Process" || e.key === "Dead" || e.key === "Unidentified";
}

/** The text that a key makes; none for named keys and in combinations. */
function textOf(e: KeyLike): string | undefined {
  // AltGr counts as Control and Alt on Windows, and makes text all the same.
  const isAltGr = e.getModifierState("AltGraph");
  if ((e.ctrlKey || e.altKey || e.metaKey) && !isAltGr) return undefined;
  return isOneGrapheme(e.key) ? e.key : undefined;
}

function isOneGrapheme(key: string): boolean {
  if (key.length === 1) return true;
  // Names of keys are ASCII, of two letters at least.
  if (/^[ -~]*$/.test(key)) return false;
  return [...graphemes.segment(key)].length === 1;
}

function hostCode(e: KeyLike): string {
  return e.code.startsWith("Numpad") && navigation.has(e.key) ? e.key : e.code;
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
