/**
 * The pages of people who are signed in. An act that the relay admits only shortly after a
 * sign-in asks for the password in place, and is then done.
 */

import type { ComponentChildren } from "preact";
import { useCallback, useState } from "preact/hooks";
import type { Account } from "../account/account.ts";
import { Refused } from "../account/http.ts";
import { GuardContext } from "./act.ts";
import type { Guard } from "./act.ts";
import { Dialog } from "./parts.tsx";
import { SignInSteps } from "./sign-in-steps.tsx";

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
