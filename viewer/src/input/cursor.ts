/**
 * The host's pointer as this side knows it: the shapes that the host has sent, where the
 * pointer is, and what to draw of it. Everything here comes from the host and has been
 * checked by the protocol's readers; a shape is a picture and nothing else.
 */

import type { Cursor, Shape } from "../protocol/message.ts";
import { SHAPES_KEPT } from "../protocol/message.ts";
import { contained } from "./mapping.ts";
import type { Box, Point, Size } from "./mapping.ts";

/** What is known of the host's pointer. */
export interface Known {
  /** What it looks like; undefined while nothing is known, null when it is hidden. */
  shape: Shape | null | undefined;
  /** Where it is, in pixels of the screen; undefined when it is beside the screen. */
  place: Point | undefined;
  /** It is where this technician's own hand has put it. */
  isYours: boolean;
}

const nothing: Known = { shape: undefined, place: undefined, isYours: false };

/** Puts the host's messages together. */
export class HostCursor {
  // The newest shapes, oldest first.
  #shapes = new Map<number, Shape>();
  #latest: Cursor | undefined;
  #known = nothing;
  #told: (() => void) | undefined;

  get known(): Known {
    return this.#known;
  }

  /** Has a listener told of every change, in place of the one before. */
  listen(told: (() => void) | undefined): void {
    this.#told = told;
  }

  /** Takes a message of the host. */
  take(m: Shape | Cursor): void {
    if (m.type === "shape") this.#keep(m);
    else if (this.#latest && m.sequence <= this.#latest.sequence) return;
    else this.#latest = m;
    this.#update();
  }

  /** Forgets everything: what comes next is another host's, or another connection's. */
  forget(): void {
    this.#shapes.clear();
    this.#latest = undefined;
    this.#known = nothing;
    this.#told?.();
  }

  #keep(m: Shape): void {
    this.#shapes.set(m.id, m);
    for (const id of this.#shapes.keys()) {
      if (this.#shapes.size <= SHAPES_KEPT) break;
      this.#shapes.delete(id);
    }
  }

  #update(): void {
    if (!this.#latest) return;
    const { shape, place, yours } = this.#latest;
    // A shape that has not come yet is on its way; the one before stays until then.
    const found = shape === 0 ? null : (this.#shapes.get(shape) ?? this.#known.shape);
    this.#known = { shape: found, place, isYours: yours };
    this.#told?.();
  }
}

/** What the technician's own pointer and hand are doing. */
export interface Local {
  /** Whether the technician controls the host at this moment. */
  isControlled: boolean;
  /** The pixel of the screen that a finger or a pen points at; undefined for a mouse. */
  touch: Point | undefined;
}

/** What to draw. */
export interface Drawn {
  /** What the browser's own pointer looks like over the screen: its usual self, ... */
  own: "usual" | "dot" | Shape;
  /** A picture of the pointer on the screen, and the pixel that it points at. */
  other?: { shape: Shape | "dot"; at: Point };
}

/**
 * Decides who draws the pointer. The browser's own takes the host's shape, and so moves
 * at once, while the host's pointer is where the technician's hand has put it. Otherwise
 * the host's is drawn at its place, and the technician's own is a dot beside it. A dot
 * stands for a hidden pointer too: whoever loses it is lost.
 */
export function drawn(known: Known, { isControlled, touch }: Local): Drawn {
  const { shape, place, isYours } = known;
  if (shape === undefined) return { own: "usual" };
  if (!isControlled) return shape && place ? seen("usual", shape, place) : { own: "usual" };
  if (isYours && !touch) return { own: shape ?? "dot" };
  const at = isYours ? touch : place;
  if (!at || (!shape && !touch)) return { own: "dot" };
  return seen("dot", shape ?? "dot", at);
}

function seen(own: Drawn["own"], shape: Shape | "dot", at: Point): Drawn {
  return { own, other: { shape, at } };
}

/**
 * How large a shape is drawn, in CSS pixels for each of its own: as large as the screen is
 * shown, but not so small that nobody finds it, nor so large that Chromium refuses it near
 * the edges of the window (more than 32 CSS pixels).
 */
export function shapeScale(shape: Size, screen: number): number {
  const longest = Math.max(shape.width, shape.height);
  const least = Math.min(1, 16 / longest);
  return Math.min(Math.max(screen, least), 32 / longest);
}

/** The file of a shape as an address that a browser draws and nothing else. */
export function addressOf(shape: Shape): string {
  return `data:image/png;base64,${shape.png}`;
}

/** A dot, as an address; it points with its middle, DOT / 2. */
export const DOT = 9;
export const dotAddress =
  "data:image/svg+xml," +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">' +
      '<circle cx="4.5" cy="4.5" r="3" fill="#111" stroke="#fff" stroke-width="1.5"/></svg>',
  );

/** The CSS of the browser's own pointer. `screen` is CSS pixels for each of the screen's. */
export function cursorStyle(own: Drawn["own"], screen: number): string {
  if (own === "usual") return "";
  if (own === "dot")
    return `url("${dotAddress}") ${Math.floor(DOT / 2)} ${Math.floor(DOT / 2)}, crosshair`;
  const scale = shapeScale(own, screen);
  // The hot spot is in CSS pixels, the density in pixels of the picture for each of them.
  const hot = [own.hotX, own.hotY].map((v) => Math.round(v * scale));
  const picture = `image-set(url("${addressOf(own)}") ${round(1 / scale)}x)`;
  return `${picture} ${hot.join(" ")}, default`;
}

/** Where and how large to draw the other pointer, in CSS pixels of the element `around`. */
export interface Placed extends Size {
  left: number;
  top: number;
}

/** Places a shape so that its hot spot is in the middle of a pixel of the screen. */
export function placed(
  { shape, at }: NonNullable<Drawn["other"]>,
  picture: Box,
  screen: Size,
  around: Box,
): Placed {
  const { left, top, scale } = contained(screen, picture);
  const x = left - around.left + (at.x + 0.5) * scale;
  const y = top - around.top + (at.y + 0.5) * scale;
  if (shape === "dot") return { left: x - DOT / 2, top: y - DOT / 2, width: DOT, height: DOT };
  const own = shapeScale(shape, scale);
  return {
    left: x - (shape.hotX + 0.5) * own,
    top: y - (shape.hotY + 0.5) * own,
    width: shape.width * own,
    height: shape.height * own,
  };
}

function round(v: number): number {
  return Math.round(v * 1000) / 1000;
}
