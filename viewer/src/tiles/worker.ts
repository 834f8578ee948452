/**
 * Receives tiles and draws them, beside the page's own thread: what the page does delays
 * no tile, and a tile is on the screen without waiting for the page to be drawn.
 */

import { BadMessage } from "../protocol/check.ts";
import { Overlay } from "./overlay.ts";
import type { Shown } from "./overlay.ts";

/** What the page says. The first message brings the channel, a later one what to draw on. */
export interface ToWorker {
  channel?: RTCDataChannel;
  canvas?: OffscreenCanvas;
  /** The screen that is to be seen. */
  screen?: Shown;
  /** The RTP timestamp of the frame that is on the page. */
  shown?: number;
}

/** What the worker says. */
export interface FromWorker {
  /** The host broke the protocol, and how. */
  broken?: string;
  /** A tile was drawn where there was none. */
  drawn?: true;
}

let context: OffscreenCanvasRenderingContext2D | null = null;

const say = (said: FromWorker) => self.postMessage(said);

const overlay = new Overlay({
  resize({ width, height }) {
    if (context) Object.assign(context.canvas, { width, height });
  },
  put({ x, y, width, height, rgba }) {
    context?.putImageData(new ImageData(rgba, width, height), x, y);
  },
  clear: ({ x, y, width, height }) => context?.clearRect(x, y, width, height),
});

function listen(channel: RTCDataChannel): void {
  channel.binaryType = "arraybuffer";
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    try {
      if (!(data instanceof ArrayBuffer)) throw new BadMessage("bad_message", "a tile in text");
      const wasEmpty = overlay.isEmpty;
      overlay.take(data);
      if (wasEmpty && !overlay.isEmpty) say({ drawn: true });
    } catch (e) {
      if (!(e instanceof BadMessage)) throw e;
      say({ broken: e.message });
    }
  };
}

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.channel) listen(data.channel);
  if (data.canvas) context = data.canvas.getContext("2d");
  if (data.screen) overlay.screen(data.screen);
  if (data.shown !== undefined) overlay.shown(data.shown);
};
