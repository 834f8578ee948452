/**
 * Makes a small square of a picture that somebody has chosen, before it is sent: what a camera
 * makes is larger than the relay takes, and what else is in its file is nobody's business.
 */

import { Refused } from "./http.ts";

/** The width and height of what is sent, in pixels. The relay makes it smaller yet. */
export const SIDE = 384;

/** The square in the middle. Throws Refused. */
export async function squareOf(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file).catch(unreadable);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const { x, y, side } = middle(picture.width, picture.height);
  const context = canvas.getContext("2d");
  if (!context) return unreadable();
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, x, y, side, side, 0, 0, SIDE, SIDE);
  picture.close();
  return new Promise((made) =>
    canvas.toBlob((square) => made(square ?? unreadable()), "image/png"),
  );
}

/** Where the largest square in the middle of a picture is. */
export function middle(width: number, height: number): { x: number; y: number; side: number } {
  const side = Math.min(width, height);
  return { x: Math.floor((width - side) / 2), y: Math.floor((height - side) / 2), side };
}

function unreadable(): never {
  throw new Refused("picture_unreadable", "", "");
}
