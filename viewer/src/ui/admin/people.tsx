/** Everybody who has an account. */

import { useState } from "preact/hooks";
import type { Account } from "../../account/account.ts";
import { people } from "../../admin/people.ts";
import type { Person } from "../../admin/people.ts";
import { useLoad } from "../act.ts";
import { Empty, Loading, Time } from "../parts.tsx";
import { Refusal } from "../refusal.tsx";
import { AddPerson } from "./add-person.tsx";
import { EditPerson } from "./edit-person.tsx";
import { Reports } from "./reports.tsx";
import { roleWords } from "./words.ts";

/** From how many people on there is a field to find one. */
const MANY = 8;

export function People({ account }: { account: Account }) {
  const { value: all, refused, reload } = useLoad(people);
  const [isAdding, setAdding] = useState(false);
  const [open, setOpen] = useState("");
  const [find, setFind] = useState("");
  const shown = all?.filter((p) => matches(p, find)) ?? [];
  const groups = [...new Set(all?.map((p) => p.group).filter(Boolean))].sort();
  return (
    <div class="page" data-testid="people-page">
      <header class="page-head split">
        <div>
          <h1>People</h1>
          <p class="soft">Who can sign in, and what for.</p>
        </div>
        {!isAdding && (
          <button
            type="button"
            class="button primary"
            data-testid="add-person"
            onClick={() => setAdding(true)}
          >
            Add someone
          </button>
        )}
      </header>
      {isAdding && <AddPerson groups={groups} changed={reload} close={() => setAdding(false)} />}
      <Refusal refused={refused} />
      {!all && !refused && <Loading />}
      {all && (
        <>
          {all.length >= MANY && <Find text={find} change={setFind} />}
          <section class="panel wide flush" aria-label="People">
            {shown.length === 0 && (
              <Empty>
                {all.length === 0 ? "Nobody has an account yet." : "Nobody is called that."}
              </Empty>
            )}
            <ul class="rows">
              {shown.map((p) => (
                <li key={p.id} data-testid="person-row">
                  <Head
                    person={p}
                    isSelf={p.id === account.id}
                    isOpen={p.id === open}
                    toggle={() => setOpen(p.id === open ? "" : p.id)}
                  />
                  {p.id === open && <EditPerson person={p} groups={groups} changed={reload} />}
                </li>
              ))}
            </ul>
          </section>
        </>
      )}
    </div>
  );
}

function matches(p: Person, find: string): boolean {
  const wanted = find.trim().toLowerCase();
  return [p.name, p.displayName, p.group].some((text) => text.toLowerCase().includes(wanted));
}

function Find({ text, change }: { text: string; change: (t: string) => void }) {
  return (
    <input
      class="input"
      type="search"
      placeholder="Find by name or group"
      aria-label="Find by name or group"
      value={text}
      onInput={(e) => change(e.currentTarget.value)}
    />
  );
}

interface HeadProps {
  person: Person;
  isSelf: boolean;
  isOpen: boolean;
  toggle: () => void;
}

function Head({ person: p, isSelf, isOpen, toggle }: HeadProps) {
  return (
    <button
      type="button"
      class="row person"
      aria-expanded={isOpen}
      data-testid={`person-${p.name}`}
      onClick={toggle}
    >
      <span class="row-text">
        <span>
          <bdi class="strong">{p.displayName}</bdi>
          {isSelf && <span class="tag">you</span>}
          {p.disabled && <span class="tag bad">disabled</span>}
          <Reports count={p.reports} />
        </span>
        <span class="soft">
          <bdi>{p.name}</bdi> · {p.roles.map((r) => roleWords[r].label).join(", ") || "no role"}
          {p.group && (
            <>
              {" "}
              · group <bdi>{p.group}</bdi>
            </>
          )}{" "}
          · {factorWords(p)}
        </span>
      </span>
      <span class="soft when">
        {p.lastSignIn ? (
          <>
            signed in <Time at={p.lastSignIn} />
          </>
        ) : (
          "never signed in"
        )}
      </span>
    </button>
  );
}

function factorWords(p: Person): string {
  const has: string[] = [];
  if (p.openid) has.push("organisation’s sign-in");
  if (p.totp) has.push("app");
  if (p.passkeys > 0) has.push(p.passkeys === 1 ? "1 passkey" : `${p.passkeys} passkeys`);
  return has.length === 0 ? "no second factor" : has.join(", ");
}
