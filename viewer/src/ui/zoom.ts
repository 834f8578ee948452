/** A view that is made larger than its room with two fingers, and moved with one. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";
import type { Point } from "../input/mapping.ts";

/** How much larger than the fit, or than pixel for pixel. */
const MOST = 8;

export interface Zoom {
  factor: number;
  /** Makes the view larger by a factor, and keeps what is at a place of the window there. */
  by: (factor: number, at: Point) => void;
  /** Moves the view with a finger; false when there is nothing beyond the room. */
  pan: (dx: number, dy: number) => boolean;
  /** Puts what was at the place back there, once the picture has its new size. */
  settle: () => void;
}

/** A place of the window, and the part of the picture that was there. */
interface Anchor {
  at: Point;
  part: Point;
}

/** Zooms `picture` within `scroller`. A new way to show it, `scale`, begins anew. */
export function useZoom(
  scroller: RefObject<HTMLElement | null>,
  picture: RefObject<HTMLElement | null>,
  scale: string,
): Zoom {
  const [factor, setFactor] = useState(1);
  const anchor = useRef<Anchor | undefined>(undefined);
  useEffect(() => setFactor(1), [scale]);

  const by = (change: number, at: Point) => {
    const box = picture.current?.getBoundingClientRect();
    if (!box) return;
    anchor.current = {
      at,
      part: { x: (at.x - box.left) / box.width, y: (at.y - box.top) / box.height },
    };
    setFactor((before) => Math.max(1, Math.min(MOST, before * change)));
  };
  const pan = (dx: number, dy: number) => {
    const s = scroller.current;
    if (!s || (s.scrollWidth <= s.clientWidth && s.scrollHeight <= s.clientHeight)) return false;
    s.scrollBy(-dx, -dy);
    return true;
  };
  const settle = () => {
    const box = picture.current?.getBoundingClientRect();
    if (!box || !anchor.current) return;
    const { at, part } = anchor.current;
    const [x, y] = [box.left + part.x * box.width, box.top + part.y * box.height];
    scroller.current?.scrollBy(x - at.x, y - at.y);
    anchor.current = undefined;
  };
  return { factor, by, pan, settle };
}
