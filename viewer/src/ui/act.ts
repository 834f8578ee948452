/** Doing and loading on the pages: one thing at a time, and what refused it. */

import { createContext } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { Refused } from "../account/http.ts";
import { useAttended } from "./attended.ts";

/** Does what the relay may refuse until somebody has signed in again. */
export type Guard = <T>(act: () => Promise<T>) => Promise<T>;

/** What stands around every act; nothing, where nobody is signed in. */
export const GuardContext = createContext<Guard>((act) => act());

export interface Act {
  isBusy: boolean;
  refused: Refused | undefined;
  /** Does it unless something is under way. Gives whether it worked. */
  run: (act: () => Promise<void>) => Promise<boolean>;
  forget: () => void;
}

/** One thing at a time that can be refused. */
export function useAct(): Act {
  const guard = useContext(GuardContext);
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState<Refused>();
  const busy = useRef(false);
  const run = async (act: () => Promise<void>) => {
    if (busy.current) return false;
    busy.current = true;
    setBusy(true);
    const failed = await failure(() => guard(act));
    busy.current = false;
    setBusy(false);
    setRefused(failed);
    return failed === undefined;
  };
  return { isBusy, refused, run, forget: () => setRefused(undefined) };
}

export interface Loaded<T> {
  value: T | undefined;
  refused: Refused | undefined;
  reload: () => Promise<void>;
}

/** Loads when shown, when `key` changes, and every `everyMs` while somebody is at the page. */
export function useLoad<T>(load: () => Promise<T>, key = "", everyMs = 0): Loaded<T> {
  const guard = useContext(GuardContext);
  const [value, setValue] = useState<T>();
  const [refused, setRefused] = useState<Refused>();
  // An answer that a newer question has overtaken is not shown.
  const asked = useRef(0);
  const reload = async () => {
    const mine = ++asked.current;
    const failed = await failure(async () => {
      const made = await guard(load);
      if (mine === asked.current) setValue(() => made);
    });
    if (mine === asked.current) setRefused(failed);
  };
  useEffect(() => {
    setValue(undefined);
    void reload();
  }, [key]);
  useRefresh(reload, everyMs);
  useEffect(() => () => void asked.current++, []);
  return { value, refused, reload };
}

function useRefresh(reload: () => Promise<void>, everyMs: number): void {
  const latest = useRef(reload);
  latest.current = reload;
  const isAttended = useAttended();
  useEffect(() => {
    if (everyMs === 0 || !isAttended) return;
    const refresh = () => document.visibilityState === "visible" && void latest.current();
    const timer = setInterval(refresh, everyMs);
    return () => clearInterval(timer);
  }, [isAttended]);
}

/** What refused an act; undefined when nothing did. */
export async function failure(act: () => Promise<void>): Promise<Refused | undefined> {
  try {
    await act();
    return undefined;
  } catch (e) {
    if (e instanceof Refused) return e;
    throw e;
  }
}
