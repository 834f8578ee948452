/** The frame of every screen but the desktop. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Account } from "../account/account.ts";
import type { Cause } from "../session/state.ts";
import { Wordmark } from "./icons.tsx";
import { Problem } from "./problem.tsx";

interface ShellProps {
  account?: Account;
  signOut?: () => Promise<Cause | undefined>;
  children?: ComponentChildren;
}

export function Shell({ account, signOut, children }: ShellProps) {
  const [problem, setProblem] = useState<Cause>();
  const leave = async () => setProblem(await signOut?.());
  return (
    <div class="shell">
      <header class="top">
        <Wordmark />
        {account && (
          <div class="who">
            <span class="who-name">{account.name}</span>
            {account.organisation && <span class="who-at">{account.organisation}</span>}
            <button type="button" class="button quiet" onClick={() => void leave()}>
              Sign out
            </button>
          </div>
        )}
      </header>
      <main class="middle">
        {problem && <Problem cause={problem} />}
        {children}
      </main>
    </div>
  );
}
