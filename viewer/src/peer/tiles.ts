/**
 * Tiles of the host's screen: small changes, exact, and on the page before the frame of
 * video that holds them. A worker receives and draws them.
 */

import { Motion, REST } from "../tiles/motion.ts";
import type { Shown } from "../tiles/overlay.ts";
import type { FromWorker, ToWorker } from "../tiles/worker.ts";
import { startWorker } from "../workers.ts";

export class Tiles {
  // Set at construction.
  readonly #worker: Worker;
  #canvas: HTMLCanvasElement | undefined;
  readonly #motion = new Motion();
  #resting: ReturnType<typeof setTimeout> | undefined;

  private constructor(worker: Worker, broken: (why: string) => void) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.broken !== undefined) broken(data.broken);
      if (data.drawn) this.#motion.tile();
      this.#show();
    };
    worker.onerror = () => this.close();
  }

  /**
   * Has a worker hear the channel, which must be new. Gives nothing in a browser that
   * cannot hand a channel to a worker; there the host is asked for no tiles.
   */
  static open(channel: RTCDataChannel, broken: (why: string) => void): Tiles | undefined {
    if (!("Worker" in globalThis && "OffscreenCanvas" in globalThis)) return undefined;
    const worker = startWorker("tiles");
    try {
      worker.postMessage({ channel } satisfies ToWorker, [channel]);
      return new Tiles(worker, broken);
    } catch {
      worker.terminate();
      return undefined;
    }
  }

  /** Draws on that canvas, which is empty and of no other use, from now on. */
  drawOn(canvas: HTMLCanvasElement): void {
    this.#canvas = canvas;
    const offscreen = canvas.transferControlToOffscreen();
    this.#worker.postMessage({ canvas: offscreen } satisfies ToWorker, [offscreen]);
  }

  /** Another screen is to be seen. */
  screen(screen: Shown): void {
    this.#worker.postMessage({ screen } satisfies ToWorker);
  }

  /** A frame is on the page, with this RTP timestamp. */
  shown(timestamp: number): void {
    this.#worker.postMessage({ shown: timestamp } satisfies ToWorker);
    this.#motion.frame(performance.now());
    this.#show();
  }

  /** Has the canvas over the video, unless that moves and there are no tiles. */
  #show(): void {
    if (!this.#canvas) return;
    const moves = this.#motion.goesOn(performance.now());
    this.#canvas.style.visibility = moves ? "hidden" : "";
    clearTimeout(this.#resting);
    if (moves) this.#resting = setTimeout(() => this.#show(), REST);
  }

  /** Draws nothing any more, and takes away what there is. */
  close(): void {
    this.#worker.terminate();
    clearTimeout(this.#resting);
    if (this.#canvas) this.#canvas.hidden = true;
  }
}
