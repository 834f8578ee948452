/** Screens that only say something. */

import type { Account } from "../account/account.ts";
import type { Cause } from "../session/state.ts";
import { wordsOf } from "../words.ts";
import { hrefOf } from "./route.ts";
import { Shell } from "./shell.tsx";

/** The relay could not be asked who is signed in. */
export function Unreachable({ cause, retry }: { cause: Cause; retry: () => void }) {
  const { what, todo } = wordsOf(cause);
  return (
    <Shell>
      <section class="panel" role="alert">
        <h1>{what}</h1>
        <p class="soft">{todo}</p>
        <button type="button" class="button primary" onClick={retry}>
          Try again
        </button>
      </section>
    </Shell>
  );
}

/** An account that may sign in and not connect. */
export function NotTechnician({ account }: { account: Account }) {
  const isAuditor = account.roles.includes("auditor");
  return (
    <section class="panel">
      <h1>This account cannot connect to desktops</h1>
      <p class="soft">
        {isAuditor
          ? "It reviews what was done. Who only reviews does not connect, so that nobody reviews their own work."
          : "It has not the role of a technician."}
      </p>
      <p class="soft">
        To help someone, sign in with a technician’s account, or ask your administrator for one.
      </p>
      {isAuditor && (
        <a class="button primary" href={hrefOf("journal")} data-testid="go-journal">
          Read the journal
        </a>
      )}
    </section>
  );
}
