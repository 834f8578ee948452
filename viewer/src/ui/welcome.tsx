/** A one-time link: who it is for, a password, and then, if they like, a second factor. */

import { useEffect, useState } from "preact/hooks";
import { isStep } from "../account/account.ts";
import type { Account, SecondStep } from "../account/account.ts";
import { Refused } from "../account/http.ts";
import { openLink, useLink as redeemLink } from "../account/link.ts";
import type { Link } from "../account/link.ts";
import { failure, useAct } from "./act.ts";
import { Enrol } from "./enrol.tsx";
import { Guarded } from "./guarded.tsx";
import type { Model } from "./model.ts";
import { NewPassword } from "./new-password.tsx";
import { Loading } from "./parts.tsx";
import { Refusal } from "./refusal.tsx";
import { Shell } from "./shell.tsx";
import { SignInSteps } from "./sign-in-steps.tsx";

type Stage =
  | { at: "password"; link: Link }
  | { at: "second"; step: SecondStep }
  | { at: "factors"; account: Account };

export function Welcome({ model, token }: { model: Model; token: string }) {
  const [stage, setStage] = useState<Stage>();
  const [refused, setRefused] = useState<Refused>();
  const open = () =>
    void failure(async () => setStage({ at: "password", link: await openLink(token) })).then(
      setRefused,
    );
  useEffect(open, []);
  const finish = (account: Account) => {
    model.leaveLink();
    model.enter(account);
  };
  const enrolled = (account: Account) => {
    if (!account.mustEnrol) return finish(account);
    // What the account may do has changed with its first factor.
    model.leaveLink();
    void model.begin();
  };
  const signedIn = (account: Account) => {
    history.replaceState(null, "", "/welcome");
    setStage({ at: "factors", account });
  };
  if (refused) return <BadLink refused={refused} retry={open} />;
  switch (stage?.at) {
    case undefined:
      return (
        <Shell>
          <Loading />
        </Shell>
      );
    case "password":
      return (
        <ChoosePassword
          link={stage.link}
          token={token}
          next={(made) => (isStep(made) ? setStage({ at: "second", step: made }) : signedIn(made))}
        />
      );
    case "second":
      return (
        <Shell>
          <section class="panel narrow">
            <div>
              <h1>Your password is changed</h1>
              <p class="soft">Your account has a second factor as well.</p>
            </div>
            <SignInSteps begun={stage.step} done={finish} />
          </section>
        </Shell>
      );
    case "factors":
      return (
        <Shell>
          <Guarded account={stage.account} left={() => location.replace("/")}>
            <Enrol account={stage.account} done={() => enrolled(stage.account)} />
          </Guarded>
        </Shell>
      );
  }
}

/** The relay answers alike for links that are unknown, used and too old. */
function BadLink({ refused, retry }: { refused: Refused; retry: () => void }) {
  const isAway = refused.code === "relay_unreachable" || refused.wait > 0;
  return (
    <Shell>
      <section class="panel" data-testid="bad-link">
        <h1>{isAway ? "This link could not be opened yet" : "This link does not work"}</h1>
        {isAway ? (
          <>
            <Refusal refused={refused} />
            <button type="button" class="button primary" onClick={retry}>
              Try again
            </button>
          </>
        ) : (
          <>
            <p class="soft">
              A link works once, and only for some days. Perhaps it was used, or it was not copied
              whole. Ask your administrator for a new one.
            </p>
            <a class="button" href="/">
              Go to the sign-in
            </a>
          </>
        )}
      </section>
    </Shell>
  );
}

interface ChooseProps {
  link: Link;
  token: string;
  next: (made: Account | SecondStep) => void;
}

function ChoosePassword({ link, token, next }: ChooseProps) {
  const [value, change] = useState("");
  const [again, changeAgain] = useState("");
  const act = useAct();
  const isNew = link.kind === "invitation";
  const submit = (e: Event) => {
    e.preventDefault();
    void act.run(async () => {
      if (value !== again) throw new Refused("passwords_differ", "", "");
      next(await redeemLink(token, value));
    });
  };
  return (
    <Shell>
      <form class="panel" onSubmit={submit} data-testid="welcome">
        <div>
          <h1>
            {isNew ? "Welcome" : "A new password"}, <bdi>{link.displayName || link.name}</bdi>
          </h1>
          <p class="soft">
            {isNew
              ? `${link.organisation || "Your organisation"} has made an account for you. Choose its password.`
              : "Choose a password. Wherever you are signed in now, you are signed out."}
          </p>
        </div>
        <dl class="sees">
          <dt>You sign in as</dt>
          <dd>
            <bdi class="strong">{link.name}</bdi>
          </dd>
          {link.organisation && (
            <>
              <dt>At</dt>
              <dd>
                <bdi>{link.organisation}</bdi>
              </dd>
            </>
          )}
        </dl>
        <input type="hidden" name="username" autocomplete="username" value={link.name} />
        <NewPassword
          value={value}
          change={change}
          again={again}
          changeAgain={changeAgain}
          isFirst
        />
        <Refusal refused={act.refused} />
        <button class="button primary wide" data-testid="choose" aria-disabled={act.isBusy}>
          {act.isBusy ? "One moment…" : isNew ? "Make it my password" : "Change the password"}
        </button>
      </form>
    </Shell>
  );
}
