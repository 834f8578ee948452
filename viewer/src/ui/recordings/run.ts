/** Something long that reads a recording: begun, followed, cancelled. */

import { useEffect, useRef, useState } from "preact/hooks";
import { Refused } from "../../account/http.ts";
import { useAct } from "../act.ts";
import type { Act } from "../act.ts";

export interface LongRun<T> {
  act: Act;
  /** Bytes that were read; undefined while nothing runs. */
  read: number | undefined;
  result: T | undefined;
  /** Why it failed, in words, when it was not the relay that refused it. */
  failed: string;
  start: (run: (signal: AbortSignal, progress: (bytes: number) => void) => Promise<T>) => void;
  cancel: () => void;
}

/** How often progress is drawn. */
const DRAW_MS = 200;

export function useLongRun<T>(wordsOf: (e: unknown) => string): LongRun<T> {
  const act = useAct();
  const [read, setRead] = useState<number>();
  const [result, setResult] = useState<T>();
  const [failed, setFailed] = useState("");
  const running = useRef<AbortController>(undefined);
  const cancel = () => running.current?.abort();
  useEffect(() => cancel, []);
  const start: LongRun<T>["start"] = (run) => {
    const controller = new AbortController();
    running.current = controller;
    setResult(undefined);
    setFailed("");
    setRead(0);
    const progress = throttled(setRead);
    void act
      .run(async () => {
        try {
          const made = await run(controller.signal, progress);
          setResult(() => made);
        } catch (e) {
          if (e instanceof Refused) throw e;
          if (!controller.signal.aborted) setFailed(wordsOf(e));
        }
      })
      .finally(() => setRead(undefined));
  };
  return { act, read, result, failed, start, cancel };
}

function throttled(say: (n: number) => void): (n: number) => void {
  let last = 0;
  return (n) => {
    const now = performance.now();
    if (now - last < DRAW_MS) return;
    last = now;
    say(n);
  };
}
