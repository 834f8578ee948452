/**
 * The hands on the screen: listens to the stage (the element around the picture), and
 * sends what they do while control is allowed. Releases everything when the hands leave.
 */

import type { InputEvent } from "../protocol/message.ts";
import { Keyboard } from "./keyboard.ts";
import type { Numbered, Point } from "./mapping.ts";
import { Place } from "./place.ts";
import { Pointing } from "./pointing.ts";
import { Sender } from "./sender.ts";
import type { Pipe } from "./sender.ts";
import { commandOf } from "./shortcuts.ts";
import { Touch } from "./touch.ts";
import { notches } from "./wheel.ts";

export interface StageConfig {
  /** Around the picture and the sink; events on any of them count. */
  stage: HTMLElement;
  /** The picture: its box is what places are measured in. */
  picture: HTMLElement;
  /** The hidden text field that has the keyboard. */
  sink: HTMLTextAreaElement;
  /** The host's screen that is to be seen. */
  size: () => Numbered;
  /** Whether the picture is known to be of that screen; without it, always. */
  isSure?: () => boolean;
  input: Pipe;
  pointer: Pipe;
  /** Told when events are refused because the host acknowledges none. */
  stalled: () => void;
  /** Makes the view larger by a factor, around a place of the window. */
  zoom: (factor: number, at: Point) => void;
  /** Moves the view, in CSS pixels; false when all of it is to be seen. */
  pan: (dx: number, dy: number) => boolean;
  /** Whether the technician sits at a Mac. */
  isMac?: boolean;
  /** Puts a text into the host's clipboard; undefined while that is not allowed. */
  paste?: () => ((text: string) => Promise<unknown>) | undefined;
}

/** How long a browser may take to say what is pasted, in milliseconds. */
const PASTE_MS = 150;

/** What counts of the buttons of a pen: its tip, and its barrel as the right one. */
const PEN_BUTTONS = 3;
/** How much a pinch on a trackpad zooms, for a pixel of its wheel. */
const PINCH_A_PIXEL = 0.01;

export class Stage {
  // Set at construction.
  readonly #config: StageConfig;
  readonly #sender: Sender;
  readonly #place: Place;
  readonly #keyboard: Keyboard;
  readonly #pointing: Pointing;
  readonly #touch: Touch;
  readonly #listening = new AbortController();
  // Whether the host allows control and can be reached.
  #isActive = false;
  // Where the last pointer event was, in fractions of CSS pixels.
  #precise: Point = { x: 0, y: 0 };
  #pasteTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(config: StageConfig) {
    this.#config = config;
    this.#sender = new Sender({ pipe: config.input, stalled: config.stalled });
    this.#place = new Place({
      pipe: config.pointer,
      after: () => this.#sender.last,
      isSettled: () => this.#sender.isSettled,
    });
    const { sink, picture, size, zoom, pan, isMac = false, isSure = () => true } = config;
    this.#keyboard = new Keyboard({ sink, emit: (e) => this.#push(e), isMac });
    const [sender, place] = [this.#sender, this.#place];
    const pointing = new Pointing({ picture, size, isSure, sender, place });
    this.#pointing = pointing;
    this.#touch = new Touch({
      press: (button, at) => pointing.button(button, true, at),
      release: (button, at) => pointing.button(button, false, at),
      move: (at) => pointing.move(at),
      wheel: (dx, dy, at) => pointing.wheel(dx, dy, at),
      zoom,
      pan,
    });
    this.#listen();
  }

  /**
   * Control is allowed from now on: the keyboard goes to the sink by itself, unless the technician is
   * writing something else.
   */
  activate(): void {
    if (this.#isActive) return;
    this.#isActive = true;
    const { activeElement } = document;
    const isWriting = activeElement?.matches("input, textarea") ?? false;
    if (!isWriting || this.#config.stage.contains(activeElement)) this.#focus();
  }

  /**
   * Control is gone, or the connection. The host lets go of everything by itself; what
   * it has not seen yet is taken back, so that nothing of it comes true later.
   */
  deactivate(): void {
    if (!this.#isActive) return;
    this.#isActive = false;
    this.#keyboard.forget();
    this.#touch.cancel();
    this.#place.stop();
    this.#sender.withdraw();
  }

  /** Another screen is to be seen: what fingers began on the one before is not for it. */
  turned(): void {
    if (this.#isActive) this.#touch.cancel();
  }

  /** Takes an acknowledgement of the host. */
  ack(last: number): void {
    this.#sender.ack(last);
  }

  /** Presses keys in order and lets them go again, as one hand does, and nothing else. */
  tap(codes: readonly string[]): void {
    if (!this.#isActive) return;
    this.release();
    for (const code of codes) this.#push({ kind: "key", code, down: true });
    for (const code of codes.toReversed()) this.#push({ kind: "key", code, down: false });
    this.#focus();
  }

  /** Lets go of everything that is down. */
  release(): void {
    this.#keyboard.release();
    this.#touch.cancel();
    const { x, y, screen } = this.#place.at;
    this.#sender.release(x, y, screen);
  }

  /** Stops listening and sending. */
  close(): void {
    this.#isActive = false;
    clearTimeout(this.#pasteTimer);
    this.#listening.abort();
    this.#touch.cancel();
    this.#place.stop();
    this.#sender.close();
  }

  #listen(): void {
    const { stage, sink } = this.#config;
    const { signal } = this.#listening;
    const on = <K extends keyof HTMLElementEventMap>(
      type: K,
      take: (e: HTMLElementEventMap[K]) => void,
    ) => stage.addEventListener(type, (e) => this.#isActive && take(e), { signal, passive: false });

    on("keydown", (e) => this.#keydown(e));
    on("keyup", (e) => this.#keyboard.keyup(e));
    on("pointerdown", (e) => this.#pointerDown(e));
    on("pointermove", (e) => this.#pointerMoved(e));
    on("pointerup", (e) => this.#pointerUp(e));
    on("pointercancel", (e) => this.#pointerGone(e));
    on("mousedown", (e) => this.#button(e, true));
    on("mouseup", (e) => this.#button(e, false));
    on("wheel", (e) => this.#wheel(e));
    for (const type of ["contextmenu", "auxclick", "dragstart", "drop", "click"] as const) {
      on(type, (e) => e.preventDefault());
    }
    on("focusin", (e) => e.target !== sink && this.#focus());
    on("focusout", (e) => this.#left(e.relatedTarget));
    sink.addEventListener("input", (e) => this.#typed(e as globalThis.InputEvent), { signal });
    sink.addEventListener("paste", (e) => this.#pasted(e), { signal });
    sink.addEventListener("compositionend", () => this.#composed(), { signal });
    this.#listenForLeaving(signal);
  }

  #listenForLeaving(signal: AbortSignal): void {
    const leave = () => this.#isActive && this.release();
    window.addEventListener("blur", leave, { signal });
    document.addEventListener("visibilitychange", () => document.hidden && leave(), { signal });
    // Buttons that come up outside the stage, when the browser gave no capture.
    window.addEventListener("mouseup", (e) => this.#isOutside(e) && this.#button(e, false), {
      signal,
    });
  }

  #isOutside(e: Event): boolean {
    return this.#isActive && !this.#config.stage.contains(e.target as Node | null);
  }

  #focus(): void {
    this.#config.sink.focus({ preventScroll: true });
  }

  #left(to: EventTarget | null): void {
    if (to instanceof Node && this.#config.stage.contains(to)) return;
    this.#keyboard.release();
  }

  #keydown(e: KeyboardEvent): void {
    // Shortcuts are the page's; it listens further out.
    if (commandOf(e)) return;
    const isPaste = isPasting(e) && this.#config.paste?.() !== undefined;
    if (isPaste && !e.repeat) this.#awaitPaste();
    this.#keyboard.keydown(e, isPaste);
  }

  // The keys wait until the text is there that they are to paste.
  #awaitPaste(): void {
    clearTimeout(this.#pasteTimer);
    this.#sender.wait();
    this.#pasteTimer = setTimeout(() => this.#sender.resume(), PASTE_MS);
  }

  #pasted(e: ClipboardEvent): void {
    const put = this.#config.paste?.();
    if (!this.#isActive || !put) return;
    e.preventDefault();
    clearTimeout(this.#pasteTimer);
    const text = (e.clipboardData?.getData("text/plain") ?? "").replaceAll("\r\n", "\n");
    if (text === "") this.#sender.resume();
    else void put(text).finally(() => this.#sender.resume());
  }

  #typed(e: globalThis.InputEvent): void {
    if (this.#isActive) this.#keyboard.input(e);
    else this.#config.sink.value = "";
  }

  #composed(): void {
    if (this.#isActive) this.#keyboard.compositionend();
  }

  #pointerDown(e: PointerEvent): void {
    this.#precise = placeOf(e);
    // A drag goes on beside the picture and outside the window.
    if (this.#pointing.spot(this.#precise).isInside) {
      this.#config.stage.setPointerCapture(e.pointerId);
    }
    if (e.pointerType !== "touch" && e.pointerType !== "pen") return; // mouse events follow
    e.preventDefault(); // no mouse events are made of fingers and pens
    this.#focus();
    this.#keyboard.sync(e);
    this.#keyboard.hold(e);
    if (e.pointerType === "touch") this.#touch.down(e.pointerId, this.#precise, e.timeStamp);
    else this.#pen(e);
  }

  #pointerMoved(e: PointerEvent): void {
    this.#precise = placeOf(e);
    this.#keyboard.sync(e);
    if (e.pointerType === "touch") return this.#touch.move(e.pointerId, this.#precise);
    if (e.pointerType === "pen") this.#pen(e);
    this.#pointing.move(this.#precise);
  }

  #pointerUp(e: PointerEvent): void {
    this.#precise = placeOf(e);
    if (e.pointerType === "touch") this.#touch.up(e.pointerId, this.#precise, e.timeStamp);
    if (e.pointerType === "pen") this.#pen(e);
  }

  #pointerGone(e: PointerEvent): void {
    if (e.pointerType === "touch") this.#touch.cancel();
    else this.#pointing.buttons(0, this.#precise);
  }

  // A pen that hovers moves the pointer. The other end of it, the eraser, does nothing.
  #pen(e: PointerEvent): void {
    this.#pointing.buttons(e.buttons & PEN_BUTTONS, this.#precise);
  }

  // Mouse events are rounded down to whole CSS pixels, which are several pixels of a
  // screen that is shown small. The pointer event right before has the fraction.
  #mousePlace(e: MouseEvent): Point {
    const { x, y } = this.#precise;
    const isSame =
      Math.floor(x) === Math.floor(e.clientX) && Math.floor(y) === Math.floor(e.clientY);
    return isSame ? this.#precise : placeOf(e);
  }

  #button(e: MouseEvent, down: boolean): void {
    e.preventDefault();
    if (down) this.#focus();
    this.#keyboard.sync(e);
    if (down) this.#keyboard.hold(e);
    this.#pointing.button(e.button, down, this.#mousePlace(e));
  }

  #wheel(e: WheelEvent): void {
    e.preventDefault();
    const at = this.#mousePlace(e);
    // Browsers tell a pinch on a trackpad as a wheel with a Control that nobody holds.
    if (e.ctrlKey && !this.#keyboard.isDown("Control")) {
      return this.#config.zoom(Math.exp(-e.deltaY * PINCH_A_PIXEL), at);
    }
    this.#keyboard.mean();
    const { dx, dy } = notches(e);
    this.#pointing.wheel(dx, dy, at);
  }

  #push(e: InputEvent): void {
    if (this.#isActive) this.#sender.push(e);
  }
}

/** Whether a browser pastes at this key. */
function isPasting(e: KeyboardEvent): boolean {
  if (e.altKey) return false;
  if (e.code === "Insert") return e.shiftKey && !e.ctrlKey && !e.metaKey;
  return (e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "v";
}

function placeOf(e: MouseEvent): Point {
  return { x: e.clientX, y: e.clientY };
}
