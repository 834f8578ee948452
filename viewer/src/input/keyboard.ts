/**
 * From the browser's keyboard events to the host's: which key, and what text the
 * technician's layout makes of it.
 *
 * Two ways lead here. A key that the browser names goes as a key, with its text when it
 * has one. What an input method, a dead key or an emoji picker composes has no key: it
 * appears in the sink, a hidden text field, and goes as text.
 *
 * The technician's locks are in the text already, and so is AltGr. Neither travels.
 */

import type { KeyEvent, TextEvent } from "../protocol/message.ts";
import { hostCode, isAltGr, isComposed, pieces, textOf } from "./keytext.ts";
import type { KeyLike, ModifierLike } from "./keytext.ts";

/** The hidden text field. */
export interface SinkLike {
  value: string;
}

export interface KeyboardConfig {
  sink: SinkLike;
  emit: (e: KeyEvent | TextEvent) => void;
  /** Whether Option is both Alt and AltGr, as on a Mac. */
  isMac?: boolean;
}

/** The host's own locks stay as they are. */
const localLocks = new Set(["CapsLock", "NumLock"]);
/** Windows makes AltGr of a Control that nobody pressed, right before it. */
const ALTGR_PAIR_MS = 10;
/** The modifiers, and how an event tells that one is down. */
const families: readonly [name: string, isDown: (e: ModifierLike) => boolean][] = [
  ["Control", (e) => e.ctrlKey],
  ["Shift", (e) => e.shiftKey],
  ["Alt", (e) => e.altKey || isAltGr(e)],
  ["Meta", (e) => e.metaKey],
];

export class Keyboard {
  // Set at construction.
  readonly #sink: SinkLike;
  readonly #emit: (e: KeyEvent | TextEvent) => void;
  readonly #isMac: boolean;
  // What was sent as down, by the key that was pressed.
  readonly #down = new Map<string, string>();
  // AltGr and a Mac's Option, until it shows that they mean more than another character.
  readonly #hesitating = new Map<string, string>();
  #isAlone = false;
  #controlAt = -Infinity;
  // A dead key waits for its second half, and that for the text that the browser makes of it.
  #isDead = false;
  #second: { code: string; text: string } | undefined;

  constructor(config: KeyboardConfig) {
    this.#sink = config.sink;
    this.#emit = config.emit;
    this.#isMac = config.isMac ?? false;
  }

  /** A key went down, or repeats. `isShared`: the browser is to have it too. */
  keydown(e: KeyLike, isShared = false): void {
    this.#settleSecond();
    this.sync(e);
    if (isComposed(e)) {
      this.#isDead = e.key === "Dead" && !e.isComposing;
      return;
    }
    if (this.#isLeftToBrowser(e)) return;
    if (!isShared) e.preventDefault();
    if (localLocks.has(e.code) || this.#hesitates(e)) return;
    this.#press(e);
  }

  /** A key went up. */
  keyup(e: KeyLike): void {
    if (e.code === this.#second?.code) this.#settleSecond();
    this.sync(e);
    if (isComposed(e) && !this.#down.has(e.code)) return;
    e.preventDefault();
    // Option alone is Alt alone. AltGr alone is nothing.
    if (this.#isAlone && this.#hesitating.get(e.code) === "AltLeft") this.mean();
    this.#hesitating.delete(e.code);
    this.#up(e.code);
    // macOS says nothing of the keys that go up while Command is down.
    if (e.key === "Meta") this.release();
  }

  /**
   * Lets go of the modifiers that an event says are up. Browsers keep some releases to
   * themselves: Chromium those within a composition.
   */
  sync(e: ModifierLike & { readonly code?: string }): void {
    for (const [name, isDown] of families) {
      if (isDown(e)) continue;
      for (const pressed of [...this.#down.keys()]) {
        if (pressed.startsWith(name) && pressed !== e.code) this.#up(pressed);
      }
    }
  }

  /**
   * Presses the modifiers that an event says are down and the host has not: they went
   * down elsewhere, or stick.
   */
  hold(e: ModifierLike): void {
    this.mean();
    if (isAltGr(e)) return;
    for (const [name, isDown] of families) {
      if (isDown(e) && !this.isDown(name)) this.#send(`${name}Left`, `${name}Left`);
    }
  }

  /** Whether a modifier is down, by its name without a side, such as "Control". */
  isDown(name: string): boolean {
    return [...this.#down.keys()].some((pressed) => pressed.startsWith(name));
  }

  /** AltGr or Option is meant as a key: something follows that is not text. */
  mean(): void {
    for (const [pressed, code] of this.#hesitating) this.#send(pressed, code);
    this.#hesitating.clear();
  }

  /** Something appeared in the sink. */
  input(e: { readonly isComposing: boolean; readonly inputType: string }): void {
    if (e.isComposing) return;
    this.#second = undefined;
    this.#take(e.inputType);
  }

  /** The input method has finished. */
  compositionend(): void {
    this.#second = undefined;
    this.#take("insertCompositionText");
  }

  /** Lets go of every key. */
  release(): void {
    this.#hesitating.clear();
    this.#isDead = false;
    this.#second = undefined;
    for (const pressed of [...this.#down.keys()]) this.#up(pressed);
  }

  /** Forgets what is down without a word: the host has let go already. */
  forget(): void {
    this.#down.clear();
    this.release();
    this.#sink.value = "";
  }

  #press(e: KeyLike): void {
    const text = textOf(e, this.#isMac);
    if (e.code === "") {
      if (text !== undefined) this.#emit({ kind: "text", text });
      return;
    }
    this.#isAlone = false;
    this.#unpairAltGr(e);
    const code = hostCode(e);
    if (code === undefined) return;
    if (text === undefined && !isModifier(e.code)) this.hold(e);
    this.#send(e.code, code, text);
  }

  #send(pressed: string, code: string, text?: string): void {
    // One key can turn into another while it is down: with NumLock, say.
    if (this.#down.has(pressed) && this.#down.get(pressed) !== code) this.#up(pressed);
    this.#down.set(pressed, code);
    const head = { kind: "key" as const, code, down: true };
    this.#emit(text === undefined ? head : { ...head, text });
  }

  #up(pressed: string): void {
    const code = this.#down.get(pressed);
    if (code === undefined) return;
    this.#down.delete(pressed);
    // Both keys of Alt may be one on the host.
    if ([...this.#down.values()].includes(code)) return;
    this.#emit({ kind: "key", code, down: false });
  }

  #hesitates(e: KeyLike): boolean {
    const isOption = this.#isMac && e.key === "Alt";
    if (e.key !== "AltGraph" && !isOption) return false;
    this.#unpairAltGr(e);
    if (!this.#down.has(e.code)) this.#hesitating.set(e.code, isOption ? "AltLeft" : "AltRight");
    this.#isAlone = true;
    return true;
  }

  #unpairAltGr(e: KeyLike): void {
    if (e.code === "ControlLeft") this.#controlAt = e.timeStamp;
    const isPair = e.key === "AltGraph" && e.timeStamp - this.#controlAt < ALTGR_PAIR_MS;
    if (isPair) this.#up("ControlLeft");
  }

  // What the browser names may not be what it types, and then the field tells. After a
  // dead key some name the letter and others the accented one. With Caps Lock, Chromium
  // names the small ö of a key that has another letter with Shift, and types Ö.
  #isLeftToBrowser(e: KeyLike): boolean {
    if (isModifier(e.code)) return false;
    const wasDead = this.#isDead;
    this.#isDead = false;
    const text = textOf(e, this.#isMac);
    if (text === undefined) return false;
    const isUnsure = text > "~" ? isLetter(text) && e.getModifierState("CapsLock") : wasDead;
    if (isUnsure) this.#second = { code: e.code, text };
    return isUnsure;
  }

  // The browser has typed nothing: it is what the key says.
  #settleSecond(): void {
    if (this.#second) this.#emit({ kind: "text", text: this.#second.text });
    this.#second = undefined;
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

function isModifier(code: string): boolean {
  return families.some(([name]) => code.startsWith(name));
}

function isLetter(text: string): boolean {
  return text.toLowerCase() !== text.toUpperCase();
}
