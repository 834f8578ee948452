import type { Page } from "playwright-core";
import type { CursorImage } from "./x11.ts";

/** What the browser's own pointer looks like over the host's screen. */
export interface OwnPointer {
  /** The style; empty when it is the browser's usual one. */
  css: string;
  /** The picture in it, if it is a PNG file: R, G, B and A, multiplied by A. */
  pixels: number[];
}

/** Reads the style of the screen, and the picture in it as the browser decodes it. */
export async function ownPointer(page: Page): Promise<OwnPointer> {
  return page.getByTestId("screen").evaluate(async (screen) => {
    const css = (screen as HTMLElement).style.cursor;
    const file = /data:image\/png;base64,([A-Za-z0-9+/=]+)/.exec(css)?.[1];
    if (!file) return { css, pixels: [] };
    const bytes = Uint8Array.from(atob(file), (c) => c.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d")!;
    context.drawImage(image, 0, 0);
    const straight = context.getImageData(0, 0, image.width, image.height).data;
    const pixels = Array.from(straight, (v, n) =>
      n % 4 === 3 ? v : Math.round((v * straight[n - (n % 4) + 3]!) / 255),
    );
    return { css, pixels };
  });
}

/**
 * Where on the page the picture of the host's pointer points, when it shows this shape;
 * nothing while it shows none.
 */
export async function otherPointer(
  page: Page,
  { width, hotX, hotY }: CursorImage,
): Promise<{ x: number; y: number } | undefined> {
  const box = await page.getByTestId("host-pointer").boundingBox();
  if (!box) return undefined;
  const scale = box.width / width;
  return { x: box.x + (hotX + 0.5) * scale, y: box.y + (hotY + 0.5) * scale };
}
