/**
 * Whether somebody is at the page. What a page asks the relay by itself counts as use of the
 * sign-in, so it stops when nobody is there, and the sign-in ends as policy has it.
 */

import { useEffect, useState } from "preact/hooks";

/** How long after the last touch somebody still counts as there. */
const ATTENDED_MS = 5 * 60_000;

const touches = ["pointermove", "pointerdown", "keydown", "focus"] as const;

export function useAttended(): boolean {
  const [isAttended, setAttended] = useState(true);
  useEffect(() => {
    let timer = setTimeout(() => setAttended(false), ATTENDED_MS);
    const touch = () => {
      clearTimeout(timer);
      timer = setTimeout(() => setAttended(false), ATTENDED_MS);
      setAttended(true);
    };
    for (const kind of touches) window.addEventListener(kind, touch);
    return () => {
      clearTimeout(timer);
      for (const kind of touches) window.removeEventListener(kind, touch);
    };
  }, []);
  return isAttended;
}
