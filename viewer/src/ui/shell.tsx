/** The frame of every screen but the desktop. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Account } from "../account/account.ts";
import type { Cause } from "../session/state.ts";
import { Wordmark } from "./icons.tsx";
import { pagesOf } from "./places.ts";
import { Problem } from "./problem.tsx";
import { hrefOf } from "./route.ts";
import type { PageName } from "./route.ts";

interface ShellProps {
  account?: Account;
  /** The page that is shown. */
  page?: PageName | undefined;
  signOut?: () => Promise<Cause | undefined>;
  children?: ComponentChildren;
}

export function Shell({ account, page, signOut, children }: ShellProps) {
  const [problem, setProblem] = useState<Cause>();
  const leave = async () => setProblem(await signOut?.());
  return (
    <div class="shell">
      <header class="top">
        <Wordmark />
        {account && page && <Places account={account} page={page} />}
        {account && (
          <div class="who">
            <Who account={account} isHere={page === "account"} isOpen={page !== undefined} />
            <button
              type="button"
              class="button quiet"
              data-testid="sign-out"
              onClick={() => void leave()}
            >
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

/** Where the account can go; not shown when that is one place. */
function Places({ account, page }: { account: Account; page: PageName }) {
  const all = pagesOf(account);
  if (all.length < 2) return null;
  return (
    <nav class="places" aria-label="Pages">
      {all.map(({ name, label }) => (
        <a
          key={name}
          href={hrefOf(name)}
          data-testid={`go-${name}`}
          aria-current={name === page ? "page" : undefined}
        >
          {label}
        </a>
      ))}
    </nav>
  );
}

interface WhoProps {
  account: Account;
  isHere: boolean;
  /** Whether the account's page can be opened. */
  isOpen: boolean;
}

function Who({ account, isHere, isOpen }: WhoProps) {
  const name = <bdi class="who-name">{account.name}</bdi>;
  return (
    <>
      {isOpen ? (
        <a
          class="who-link"
          href={hrefOf("account")}
          data-testid="go-account"
          title="Your account"
          aria-current={isHere ? "page" : undefined}
        >
          {name}
        </a>
      ) : (
        name
      )}
      {account.organisation && <bdi class="who-at">{account.organisation}</bdi>}
    </>
  );
}
