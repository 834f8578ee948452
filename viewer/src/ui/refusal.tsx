/** What the relay refused: what happened, what to do, and how long to wait. */

import { useEffect, useState } from "preact/hooks";
import type { Refused } from "../account/http.ts";
import { refusalWords } from "../account/words.ts";
import { duration } from "../words.ts";
import { AlertIcon } from "./icons.tsx";

/** Seconds that are left of a refusal's wait, counted down. */
export function useWait(refused: Refused | undefined): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (!refused || refused.wait === 0) {
      setLeft(0);
      return;
    }
    const end = performance.now() + refused.wait * 1000;
    const count = () => setLeft(Math.max(0, Math.ceil((end - performance.now()) / 1000)));
    count();
    const timer = setInterval(count, 250);
    return () => clearInterval(timer);
  }, [refused]);
  return left;
}

interface RefusalProps {
  refused: Refused | undefined;
  /** Seconds, from useWait, where the page counts them. */
  wait?: number;
  id?: string;
}

export function Refusal({ refused, wait = 0, id }: RefusalProps) {
  if (!refused) return null;
  const { what, todo } = refusalWords(refused);
  return (
    <div class="problem" role="alert" id={id} data-code={refused.code}>
      <AlertIcon />
      <p>
        <strong>{what}</strong>{" "}
        {wait === 0 ? (
          refused.wait === 0 && todo
        ) : (
          <span aria-live="off">Try again in {duration(wait * 1000)}.</span>
        )}
        {wait === 0 && refused.wait > 0 && "You can try again now."}
      </p>
    </div>
  );
}
