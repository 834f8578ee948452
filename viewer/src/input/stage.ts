/**
 * The hands on the screen: listens to the stage (the element around the picture), and
 * sends what they do while control is allowed. Releases everything when the hands leave.
 */

import type { InputEvent } from "../protocol/message.ts";
import { buttonBit } from "./holding.ts";
import { Keyboard } from "./keyboard.ts";
import { toPicture } from "./mapping.ts";
import type { Point, Size, Spot } from "./mapping.ts";
import { Place } from "./place.ts";
import { Sender } from "./sender.ts";
import type { Pipe } from "./sender.ts";
import { commandOf } from "./shortcuts.ts";
import { notches } from "./wheel.ts";

export interface StageConfig {
  /** Around the picture and the sink; events on any of them count. */
  stage: HTMLElement;
  /** The picture: its box is what places are measured in. */
  picture: HTMLElement;
  /** The hidden text field that has the keyboard. */
  sink: HTMLTextAreaElement;
  /** The size of the host's screen. */
  size: () => Size;
  input: Pipe;
  pointer: Pipe;
  /** Told when events are refused because the host acknowledges none. */
  stalled: () => void;
}

export class Stage {
  // Set at construction.
  readonly #config: StageConfig;
  readonly #sender: Sender;
  readonly #place: Place;
  readonly #keyboard: Keyboard;
  readonly #listening = new AbortController();
  // Whether the host allows control and can be reached.
  #isActive = false;
  // Where the last pointer event was, in fractions of CSS pixels.
  #precise: Point = { x: 0, y: 0 };

  constructor(config: StageConfig) {
    this.#config = config;
    this.#sender = new Sender({ pipe: config.input, stalled: config.stalled });
    this.#place = new Place({
      pipe: config.pointer,
      after: () => this.#sender.last,
      isSettled: () => this.#sender.isSettled,
    });
    this.#keyboard = new Keyboard({ sink: config.sink, emit: (e) => this.#push(e) });
    this.#listen();
  }

  /** Control is allowed from now on: the keyboard goes to the sink by itself. */
  activate(): void {
    if (this.#isActive) return;
    this.#isActive = true;
    this.#focus();
  }

  /**
   * Control is gone, or the connection. The host lets go of everything by itself; what
   * it has not seen yet is taken back, so that nothing of it comes true later.
   */
  deactivate(): void {
    if (!this.#isActive) return;
    this.#isActive = false;
    this.#keyboard.forget();
    this.#place.stop();
    this.#sender.withdraw();
  }

  /** Takes an acknowledgement of the host. */
  ack(last: number): void {
    this.#sender.ack(last);
  }

  /** Lets go of everything that is down. */
  release(): void {
    this.#keyboard.release();
    const { x, y } = this.#place.at;
    this.#sender.release(x, y);
  }

  /** Stops listening and sending. */
  close(): void {
    this.#isActive = false;
    this.#listening.abort();
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
    on("pointerdown", (e) => this.#capture(e));
    on("pointermove", (e) => this.#moved(e));
    on("pointerup", (e) => this.#note(e));
    on("mousedown", (e) => this.#button(e, true));
    on("mouseup", (e) => this.#button(e, false));
    on("wheel", (e) => this.#wheel(e));
    for (const type of ["contextmenu", "auxclick", "dragstart", "drop", "click"] as const) {
      on(type, (e) => e.preventDefault());
    }
    on("focusin", (e) => e.target !== sink && this.#focus());
    on("focusout", (e) => this.#left(e.relatedTarget));
    sink.addEventListener("input", (e) => this.#typed(e as globalThis.InputEvent), { signal });
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
    this.#keyboard.keydown(e);
  }

  #typed(e: globalThis.InputEvent): void {
    if (this.#isActive) this.#keyboard.input(e);
    else this.#config.sink.value = "";
  }

  #composed(): void {
    if (this.#isActive) this.#keyboard.compositionend();
  }

  #note(e: PointerEvent): void {
    this.#precise = { x: e.clientX, y: e.clientY };
  }

  // Mouse events are rounded down to whole CSS pixels, which are several pixels of a
  // screen that is shown small. The pointer event right before has the fraction.
  #spot(e: MouseEvent): Spot {
    const box = this.#config.picture.getBoundingClientRect();
    const { x, y } = this.#precise;
    const isSame =
      Math.floor(x) === Math.floor(e.clientX) && Math.floor(y) === Math.floor(e.clientY);
    const at = isSame ? this.#precise : { x: e.clientX, y: e.clientY };
    return toPicture(at, box, this.#config.size());
  }

  #capture(e: PointerEvent): void {
    this.#note(e);
    // A drag goes on beside the picture and outside the window.
    if (this.#spot(e).isInside) this.#config.stage.setPointerCapture(e.pointerId);
  }

  #moved(e: PointerEvent): void {
    this.#note(e);
    const spot = this.#spot(e);
    if (spot.isInside || this.#sender.held.buttons !== 0) this.#place.move(spot);
  }

  #button(e: MouseEvent, down: boolean): void {
    e.preventDefault();
    if (down) this.#focus();
    const spot = this.#spot(e);
    if (e.button > 4 || (down && !spot.isInside) || (!down && !this.#isDown(e.button))) return;
    this.#place.note(spot);
    this.#push({ kind: "button", button: e.button, down, x: spot.x, y: spot.y });
  }

  #isDown(button: number): boolean {
    return (this.#sender.held.buttons & buttonBit(button)) !== 0;
  }

  #wheel(e: WheelEvent): void {
    e.preventDefault();
    const spot = this.#spot(e);
    const { dx, dy } = notches(e);
    if (!spot.isInside || (dx === 0 && dy === 0)) return;
    this.#place.note(spot);
    this.#push({ kind: "wheel", dx, dy, x: spot.x, y: spot.y });
  }

  #push(e: InputEvent): void {
    if (this.#isActive) this.#sender.push(e);
  }
}
