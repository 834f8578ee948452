import type { Page } from "playwright-core";
import { Browser } from "./chromium.ts";
import { delays, pressKeys, toPicture, type Figures } from "./feel.ts";
import { Eye } from "./observer.ts";
import type { Region } from "./stage.ts";

const square: Region = { x: 800, y: 400, width: 360, height: 360 };

/**
 * What the instrument itself contributes to a key's time: a page that answers keys by itself, with
 * nobody in between. Once it paints a canvas, and once it gives the painted picture to a video
 * element as a frame, which is the least that any player in a browser needs.
 */
export async function ownShare(
  viewport: { width: number; height: number },
  presses: number,
): Promise<{ canvas: Figures; video: Figures }> {
  const browser = await Browser.start(viewport);
  try {
    const page = await browser.page();
    return {
      canvas: await measure(page, "canvas", presses),
      video: await measure(page, "video", presses),
    };
  } finally {
    await browser.close();
  }
}

async function measure(page: Page, kind: "canvas" | "video", presses: number): Promise<Figures> {
  await page.setContent("<!doctype html><body style='margin:0'></body>");
  await page.evaluate(answerKeys, [kind, square] as const);
  const eye = await Eye.open(page);
  await eye.watchSquare(square);
  await pressKeys(page, eye, presses);
  const { seen, keys, cost } = await eye.stop();
  const times = toPicture(keys, seen);
  return { ...delays(times), lost: presses - times.length, cost };
}

/** A track that a page feeds by itself; the types of TypeScript do not have Chromium's name yet. */
declare class MediaStreamTrackGenerator extends MediaStreamTrack {
  constructor(options: { kind: "video" });
  readonly writable: WritableStream<VideoFrame>;
}

/** Runs in the page: makes a square that each key gives another colour. */
async function answerKeys([kind, { x, y, width, height }]: readonly [
  kind: "canvas" | "video",
  square: Region,
]): Promise<void> {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: 1920, height: 1080 });
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  let isBright = false;
  const paint = () => {
    context.fillStyle = (isBright = !isBright) ? "white" : "black";
    context.fillRect(x, y, width, height);
  };
  let screen: HTMLVideoElement | HTMLCanvasElement = canvas;
  let show = () => {};
  if (kind === "video") {
    const track = new MediaStreamTrackGenerator({ kind: "video" });
    const writer = track.writable.getWriter();
    const video = document.createElement("video");
    Object.assign(video, { srcObject: new MediaStream([track]), muted: true, autoplay: true });
    show = () => {
      const frame = new VideoFrame(canvas, { timestamp: performance.now() * 1000 });
      void writer.write(frame);
    };
    screen = video;
  }
  screen.dataset["testid"] = "screen";
  screen.style.width = "100%";
  document.body.append(screen);
  window.onkeydown = () => {
    paint();
    show();
  };
  paint();
  show();
}
