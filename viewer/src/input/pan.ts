/**
 * Moving a picture that is larger than its room: the wheel belongs to the host, so the
 * picture moves while the pointer is at an edge.
 */

import type { Box, Point } from "./mapping.ts";

/** How near to an edge the picture moves, in CSS pixels. */
const EDGE = 28;
/** How far it moves with each picture of the browser, at the very edge. */
const MOST = 18;

/** How far to scroll with the next picture of the browser; nothing away from the edges. */
export function panStep(at: Point, room: Box): Point {
  return {
    x: along(at.x - room.left, room.width),
    y: along(at.y - room.top, room.height),
  };
}

function along(at: number, length: number): number {
  if (at < 0 || at >= length) return 0;
  if (at < EDGE) return -speed(at);
  if (length - at <= EDGE) return speed(length - at);
  return 0;
}

function speed(distance: number): number {
  return Math.ceil(MOST * (1 - distance / (EDGE + 1)));
}

/** Moves what `scroller` shows while the pointer is at its edges. Returns how to stop. */
export function panAtEdges(scroller: HTMLElement): () => void {
  let at: Point | undefined;
  let frame = 0;
  const step = () => {
    frame = 0;
    if (!at) return;
    const by = panStep(at, scroller.getBoundingClientRect());
    const { scrollLeft, scrollTop } = scroller;
    scroller.scrollBy(by.x, by.y);
    if (scroller.scrollLeft !== scrollLeft || scroller.scrollTop !== scrollTop) ask();
  };
  const ask = () => (frame ||= requestAnimationFrame(step));
  const listening = new AbortController();
  const { signal } = listening;
  const move = (e: PointerEvent) => {
    at = { x: e.clientX, y: e.clientY };
    ask();
  };
  scroller.addEventListener("pointermove", move, { signal });
  scroller.addEventListener("pointerleave", () => (at = undefined), { signal });
  return () => {
    listening.abort();
    cancelAnimationFrame(frame);
  };
}
