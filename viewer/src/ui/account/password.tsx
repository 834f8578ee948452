/** Changing one's password. */

import { useState } from "preact/hooks";
import { changePassword } from "../../account/own.ts";
import { Refused } from "../../account/http.ts";
import type { Account } from "../../account/account.ts";
import { useAct } from "../act.ts";
import { NewPassword } from "../new-password.tsx";
import { Field, focusFirst } from "../parts.tsx";
import { Refusal } from "../refusal.tsx";

export function Password({ account }: { account: Account }) {
  const [isOpen, setOpen] = useState(false);
  const [isDone, setDone] = useState(false);
  return (
    <section class="part" aria-labelledby="password-title" data-testid="password">
      <div class="part-head">
        <div>
          <h3 id="password-title">Password</h3>
          <p class="soft" role="status">
            {isDone ? "Changed. It holds from now on." : "Long is better than complicated."}
          </p>
        </div>
        {!isOpen && (
          <button
            type="button"
            class="button"
            data-testid="password-change"
            onClick={() => {
              setOpen(true);
              setDone(false);
            }}
          >
            Change
          </button>
        )}
      </div>
      {isOpen && (
        <ChangeForm
          account={account}
          close={(changed) => {
            setOpen(false);
            setDone(changed);
          }}
        />
      )}
    </section>
  );
}

function ChangeForm({ account, close }: { account: Account; close: (isDone: boolean) => void }) {
  const [before, setBefore] = useState("");
  const [after, setAfter] = useState("");
  const [again, setAgain] = useState("");
  const act = useAct();
  const submit = async (e: Event) => {
    e.preventDefault();
    const isDone = await act.run(async () => {
      if (after !== again) throw new Refused("passwords_differ", "", "");
      await changePassword(before, after).catch(tellWhich);
    });
    if (isDone) close(true);
  };
  return (
    <form class="stack inset" onSubmit={(e) => void submit(e)}>
      <input type="hidden" name="username" autocomplete="username" value={account.signInName} />
      <Field label="The password that you have">
        {(ids) => (
          <input
            {...ids}
            ref={focusFirst}
            class="input"
            type="password"
            data-testid="password-old"
            autocomplete="current-password"
            required
            value={before}
            onInput={(e) => setBefore(e.currentTarget.value)}
          />
        )}
      </Field>
      <NewPassword value={after} change={setAfter} again={again} changeAgain={setAgain} />
      <Refusal refused={act.refused} />
      <div class="actions">
        <button class="button primary" data-testid="password-save" aria-disabled={act.isBusy}>
          {act.isBusy ? "Changing…" : "Change the password"}
        </button>
        <button type="button" class="button quiet" onClick={() => close(false)}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/** The relay says the same of every wrong password; here there is only one that it can be. */
function tellWhich(e: unknown): never {
  if (!(e instanceof Refused) || e.code !== "sign_in_failed") throw e;
  throw new Refused("old_password_wrong", "", "", e.wait);
}
