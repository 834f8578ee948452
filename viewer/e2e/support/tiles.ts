/** What tests and figures do with tiles in a technician's page. */

import type { Page } from "playwright-core";
import { fromFourBytes, type Picture } from "./picture.ts";

declare global {
  interface Window {
    /** The control channel, when it has been used. */
    control?: RTCDataChannel;
    /** While there, the page is told of no frame of video: they wait in it. */
    missed?: Map<VideoFrameRequestCallback, () => void> | undefined;
  }
}

/** Lets a test into the next page that is loaded: see the functions below. */
export async function prepare(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const send = RTCDataChannel.prototype.send;
    RTCDataChannel.prototype.send = function (data: never) {
      if (this.label === "control") window.control = this;
      send.call(this, data);
    };
    const video = HTMLVideoElement.prototype;
    const request = video.requestVideoFrameCallback;
    video.requestVideoFrameCallback = function (callback) {
      let isTold = false;
      const told: VideoFrameRequestCallback = (now, metadata) => {
        if (isTold) return;
        const tell = () => {
          isTold = true;
          callback(now, metadata);
        };
        if (!window.missed) return tell();
        window.missed.set(callback, tell);
        request.call(this, told);
      };
      return request.call(this, told);
    };
  });
}

/** Has the page ask for tiles, or for none. */
export async function wantTiles(page: Page, on: boolean): Promise<void> {
  await page.evaluate((on) => window.control!.send(JSON.stringify({ type: "tiles", on })), on);
}

/** Has the page keep its tiles, as it hears of no frame, or hear of those that it missed. */
export async function keepTiles(page: Page, isKept: boolean): Promise<void> {
  await page.evaluate((isKept) => {
    const missed = window.missed;
    window.missed = isKept ? new Map() : undefined;
    missed?.forEach((tell) => tell());
  }, isKept);
}

/** What lies over the video, and where: 255 for each pixel that a tile covers, else 0. */
export async function overlay(page: Page): Promise<{ picture: Picture; covered: Uint8Array }> {
  const { width, height, data } = await page.getByTestId("tiles").evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement;
    const context = new OffscreenCanvas(width, height).getContext("2d")!;
    context.drawImage(element as HTMLCanvasElement, 0, 0);
    const bytes = context.getImageData(0, 0, width, height).data;
    let text = ""; // in pieces, because a call takes only so many arguments
    for (let at = 0; at < bytes.length; at += 0x8000) {
      text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    }
    return { width, height, data: btoa(text) };
  });
  const bytes = Buffer.from(data, "base64");
  const covered = new Uint8Array(width * height).map((_, at) => bytes[at * 4 + 3]!);
  return { picture: fromFourBytes(width, height, bytes, "rgb"), covered };
}
