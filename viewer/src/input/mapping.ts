/** From a place in the window to a pixel of the host's screen. */

/** A place, in CSS pixels of the window or in pixels of the screen. */
export interface Point {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

/** A screen of the host: its size, and its number where the host has numbers. */
export interface Numbered extends Size {
  number?: number | undefined;
}

/** A place on a screen of the host, with its number. */
export interface Target extends Point {
  screen?: number | undefined;
}

/** A box in the window, as getBoundingClientRect tells it. */
export interface Box extends Size {
  left: number;
  top: number;
}

/** Where a place falls on the screen, and whether it is on the picture at all. */
export interface Spot extends Target {
  isInside: boolean;
}

/**
 * Where a picture is that is drawn in `box` as large as it fits, centred (object-fit:
 * contain): its top left, and how many of the box's pixels one of its own is.
 */
export function contained(picture: Size, box: Box): { left: number; top: number; scale: number } {
  const scale = Math.min(box.width / picture.width, box.height / picture.height);
  const left = box.left + (box.width - picture.width * scale) / 2;
  const top = box.top + (box.height - picture.height * scale) / 2;
  return { left, top, scale };
}

/**
 * The pixel of `picture` under a place of the window, when the picture is contained in
 * `box`. A place beside the picture becomes the nearest pixel, so that a drag can run past
 * the edge.
 */
export function toPicture(at: Point, box: Box, picture: Numbered): Spot {
  const { left, top, scale } = contained(picture, box);
  if (!(scale > 0)) return { x: 0, y: 0, isInside: false };
  // The smallest step of a sum of floating-point boxes must not move a pixel.
  const x = Math.floor((at.x - left) / scale + 1e-6);
  const y = Math.floor((at.y - top) / scale + 1e-6);
  const isInside = x >= 0 && y >= 0 && x < picture.width && y < picture.height;
  const screen = picture.number;
  return { x: clamp(x, picture.width), y: clamp(y, picture.height), screen, isInside };
}

function clamp(v: number, size: number): number {
  return Math.max(0, Math.min(size - 1, v));
}

/** How the picture is shown: as large as the window allows, or pixel for pixel. */
export type Scale = "fit" | "pixels";

/**
 * The size in CSS pixels at which to draw the picture. Pixel for pixel means pixels of
 * the technician's display. A fit that is within two in a hundred of it is
 * taken for it: text stays sharp.
 */
export function drawnSize(picture: Size, room: Size, scale: Scale, pixelRatio: number): Size {
  const exact = 1 / pixelRatio;
  const fit = Math.min(room.width / picture.width, room.height / picture.height);
  const isNearlyExact = fit >= exact && fit <= exact * 1.02;
  const factor = scale === "pixels" || isNearlyExact ? exact : Math.max(fit, 0);
  return { width: picture.width * factor, height: picture.height * factor };
}
