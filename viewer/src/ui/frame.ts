/** Drawing no more often than the browser does. */

/** Asks for a call before the next picture of the browser, and takes that back. */
export interface Frames {
  request: (call: () => void) => number;
  cancel: (asked: number) => void;
}

/** Acts once for each picture of the browser, however often it is told to. */
export class OnceAFrame {
  // Set at construction.
  readonly #act: () => void;
  readonly #frames: Frames;
  // What was asked of the browser; undefined when nothing is due.
  #asked: number | undefined;

  constructor(
    act: () => void,
    frames: Frames = {
      request: (call) => requestAnimationFrame(call),
      cancel: (asked) => cancelAnimationFrame(asked),
    },
  ) {
    this.#act = act;
    this.#frames = frames;
  }

  /** There is something new to be drawn. */
  soon(): void {
    this.#asked ??= this.#frames.request(() => {
      this.#asked = undefined;
      this.#act();
    });
  }

  /** Nothing is to be drawn any more. */
  cancel(): void {
    if (this.#asked !== undefined) this.#frames.cancel(this.#asked);
    this.#asked = undefined;
  }
}
