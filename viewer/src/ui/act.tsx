/**
 * Doing and loading on the pages of people who are signed in. An act that the relay admits
 * only shortly after a sign-in asks for the password in place, and is then done.
 */

import { createContext } from "preact";
import type { ComponentChildren } from "preact";
import { useCallback, useContext, useEffect, useRef, useState } from "preact/hooks";
import type { Account } from "../account/account.ts";
import { Refused } from "../account/http.ts";
import { useAttended } from "./attended.ts";
import { Dialog } from "./parts.tsx";
import { SignInSteps } from "./sign-in-steps.tsx";

type Guard = <T>(act: () => Promise<T>) => Promise<T>;

const GuardContext = createContext<Guard>((act) => act());

interface GuardedProps {
  account: Account;
  /** Nobody is signed in any more, or a second factor has to be set up first. */
  left: (why: Refused) => void;
  children: ComponentChildren;
}

export function Guarded({ account, left, children }: GuardedProps) {
  const [asking, setAsking] = useState<{ done: (isIn: boolean) => void }>();
  const again = () => new Promise<boolean>((done) => setAsking({ done }));
  const guard = useCallback<Guard>(async (act) => {
    try {
      return await act();
    } catch (e) {
      if (!(e instanceof Refused)) throw e;
      if (e.code === "unauthenticated" || e.code === "enrol_first") left(e);
      if (e.code !== "sign_in_again" || !(await again())) throw e;
      return act();
    }
  }, []);
  const end = (isIn: boolean) => {
    asking?.done(isIn);
    setAsking(undefined);
  };
  return (
    <GuardContext.Provider value={guard}>
      {children}
      {asking && (
        <Dialog title="Is it still you?" close={() => end(false)}>
          <p class="soft">This needs a sign-in of the last ten minutes.</p>
          <SignInSteps known={account} done={() => end(true)} />
        </Dialog>
      )}
    </GuardContext.Provider>
  );
}

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
