/** One's own account. */

import type { Account } from "../../account/account.ts";
import { ownAccount } from "../../account/own.ts";
import { useLoad } from "../act.ts";
import { Loading } from "../parts.tsx";
import { Refusal } from "../refusal.tsx";
import { SecondFactors } from "./factors.tsx";
import { Password } from "./password.tsx";
import { Photo } from "./photo.tsx";
import { Recovery } from "./recovery.tsx";
import { SignIns } from "./sign-ins.tsx";

export function AccountPage({ account }: { account: Account }) {
  const { value: own, refused, reload } = useLoad(ownAccount);
  const hasFactor = own && (own.totp || own.passkeys.length > 0);
  return (
    <div class="page" data-testid="account-page">
      <header class="page-head">
        <h1>Your account</h1>
        <p class="soft">
          <bdi>{account.name}</bdi>, signing in as <bdi>{account.signInName}</bdi>
        </p>
      </header>
      <Refusal refused={refused} />
      {!own && !refused && <Loading />}
      {own && (
        <>
          <section class="panel wide" aria-labelledby="ways-title">
            <div>
              <h2 id="ways-title">How you sign in</h2>
              <p class="soft">
                {own.secondFactorRequired
                  ? "Your organisation asks for a second factor beside the password."
                  : "A second factor keeps others out even when they know your password."}
              </p>
            </div>
            <Password account={account} />
            <SecondFactors own={own} changed={reload} />
            {(hasFactor || own.recoveryLeft > 0) && (
              <Recovery left={own.recoveryLeft} changed={reload} />
            )}
          </section>
          <Photo account={account} hasPhoto={own.photo} changed={reload} />
          <SignIns all={own.signIns} changed={reload} />
        </>
      )}
    </div>
  );
}
