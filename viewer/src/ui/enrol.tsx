/** Offers a second factor, or insists on one where policy does. */

import type { Account } from "../account/account.ts";
import { ownAccount } from "../account/own.ts";
import { SecondFactors } from "./account/factors.tsx";
import { useLoad } from "./act.ts";
import { Loading } from "./parts.tsx";
import { Refusal } from "./refusal.tsx";

export function Enrol({ account, done }: { account: Account; done: () => void }) {
  const { value: own, refused, reload } = useLoad(ownAccount);
  const has = own && (own.totp || own.passkeys.length > 0);
  const { mustEnrol } = account;
  return (
    <section class="panel wider" data-testid="enrol">
      <div>
        <h1>{mustEnrol ? "One more step" : "Keep your account yours"}</h1>
        <p class="soft">
          {mustEnrol
            ? `${account.organisation || "Your organisation"} asks for a second factor beside the password: something that only you have. Set up one of these; another one is a good spare.`
            : "A second factor keeps others out even when they know your password. You can also do this later, on your account’s page."}
        </p>
      </div>
      <Refusal refused={refused} />
      {own ? <SecondFactors own={own} changed={reload} /> : !refused && <Loading />}
      {(has || !mustEnrol) && (
        <button
          type="button"
          class={has ? "button primary wide" : "button wide"}
          data-testid="enrolled"
          onClick={done}
        >
          {has ? "Continue" : "Not now"}
        </button>
      )}
    </section>
  );
}
