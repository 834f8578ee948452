/**
 * Whether the picture moves and no tile is in it. What lies over a video is blended into
 * every frame, also where it is empty: without a graphics card that takes longer than to
 * decode the frame. So the tiles are away while there are none, in motion. At rest they
 * are there, for the next one not to wait until the page is laid out.
 */

/** So many frames without a pause and without a tile are motion. */
const MOTION = 8;
/** A pause, in milliseconds: longer than between frames at 8 a second, shorter than between those
 * that sharpen a picture at rest. */
export const REST = 125;

export class Motion {
  #frames = 0;
  #last = -Infinity;

  /** A frame of video was shown, at that time in milliseconds. */
  frame(now: number): void {
    this.#frames = now - this.#last < REST ? this.#frames + 1 : 0;
    this.#last = now;
  }

  /** A tile came. */
  tile(): void {
    this.#frames = 0;
  }

  goesOn(now: number): boolean {
    return this.#frames >= MOTION && now - this.#last < REST;
  }
}
