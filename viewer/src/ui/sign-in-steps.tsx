/**
 * The steps of a sign-in: name and password, or a passkey, or the organisation's own
 * sign-in; then the second factor, where the account has one. Also used in place, by
 * somebody who is known already.
 */

import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import {
  isStep,
  OPENID,
  signIn,
  signInPasskey,
  signInSecond,
  signInSecondPasskey,
  ways as askWays,
} from "../account/account.ts";
import type { Account, SecondStep, Ways } from "../account/account.ts";
import type { Refused } from "../account/http.ts";
import { hasPasskeys } from "../account/passkey.ts";
import { failure } from "./act.ts";
import { Refusal, useWait } from "./refusal.tsx";

interface StepsProps {
  /** Who signs in again; asked for otherwise. */
  known?: Account;
  /** What to say at first. */
  problem?: Refused | undefined;
  /** The second step, when the first was made elsewhere. */
  begun?: SecondStep;
  done: (account: Account) => void;
}

export function SignInSteps({ known, problem, begun, done }: StepsProps) {
  const [step, setStep] = useState(begun);
  const [why, setWhy] = useState(problem);
  if (!step) {
    const next = (made: Account | SecondStep) => (isStep(made) ? setStep(made) : done(made));
    return <First known={known} problem={why} next={next} />;
  }
  const back = (refused?: Refused) => {
    setWhy(refused);
    setStep(undefined);
  };
  return <Second step={step} back={back} done={done} />;
}

interface FirstProps {
  known: Account | undefined;
  problem: Refused | undefined;
  next: (made: Account | SecondStep) => void;
}

function First({ known, problem, next }: FirstProps) {
  const [refused, setRefused] = useState(problem);
  const [isBusy, setBusy] = useState(false);
  const wait = useWait(refused);
  const name = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const ways = useWays();
  useLayoutEffect(() => (known ? password : name).current?.focus(), []);

  const attempt = async (make: () => Promise<Account | SecondStep>) => {
    if (isBusy || wait > 0) return;
    setBusy(true);
    const failed = await failure(async () => next(await make()));
    setBusy(false);
    setRefused(failed);
    if (failed) password.current?.select();
  };
  const submit = (e: Event) => {
    e.preventDefault();
    const given = known?.signInName ?? name.current?.value.trim() ?? "";
    void attempt(() => signIn(given, password.current?.value ?? ""));
  };

  return (
    <form class="stack" onSubmit={submit} aria-label="Sign in">
      {known ? <Known account={known} /> : <Name field={name} />}
      <label class="field">
        <span class="label">Password</span>
        <input
          ref={password}
          class="input"
          data-testid="sign-in-password"
          type="password"
          name="password"
          autocomplete="current-password"
          required
        />
      </label>
      <Refusal refused={refused} wait={wait} />
      <button class="button primary wide" data-testid="sign-in" aria-disabled={isBusy || wait > 0}>
        {isBusy ? "Signing in…" : "Sign in"}
      </button>
      <Others ways={ways} passkey={() => void attempt(signInPasskey)} />
    </form>
  );
}

function Name({ field }: { field: RefObject<HTMLInputElement | null> }) {
  return (
    <label class="field">
      <span class="label">Name</span>
      <input
        ref={field}
        class="input"
        data-testid="sign-in-name"
        name="username"
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        required
        maxLength={64}
      />
    </label>
  );
}

/** Who signs in again; the hidden field tells a password manager whose password it is. */
function Known({ account }: { account: Account }) {
  return (
    <p>
      Sign in again as <bdi class="strong">{account.name}</bdi>.
      <input type="hidden" name="username" autocomplete="username" value={account.signInName} />
    </p>
  );
}

function Others({ ways, passkey }: { ways: Ways | undefined; passkey: () => void }) {
  const canPasskey = ways?.passkey && hasPasskeys();
  if (!canPasskey && !ways?.openid) return null;
  return (
    <>
      <p class="or soft">or</p>
      {canPasskey && (
        <button type="button" class="button wide" data-testid="sign-in-passkey" onClick={passkey}>
          Sign in with a passkey
        </button>
      )}
      {ways?.openid && (
        <a class="button wide" data-testid="sign-in-openid" href={OPENID}>
          Sign in with {ways.openid}
        </a>
      )}
    </>
  );
}

/** Asked behind the form's back: whoever has a name and a password need not wait. */
function useWays(): Ways | undefined {
  const [ways, setWays] = useState<Ways>();
  useEffect(() => {
    let isShown = true;
    // Without an answer, the password is what there is.
    void failure(async () => {
      const found = await askWays();
      if (isShown) setWays(found);
    });
    return () => void (isShown = false);
  }, []);
  return ways;
}

interface SecondProps {
  step: SecondStep;
  /** To the password again, and why when it is not the person's wish. */
  back: (refused?: Refused) => void;
  done: (account: Account) => void;
}

type Kind = "totp" | "passkey" | "recovery";

const asks: Readonly<Record<Kind, string>> = {
  totp: "Use the authenticator app",
  passkey: "Use a passkey",
  recovery: "Use a recovery code",
};

function Second({ step, back, done }: SecondProps) {
  const [kind, setKind] = useState<Kind>(step.factors[0] ?? "recovery");
  const [refused, setRefused] = useState<Refused>();
  const [isBusy, setBusy] = useState(false);
  const wait = useWait(refused);

  const attempt = async (make: () => Promise<Account>) => {
    if (isBusy || wait > 0) return;
    setBusy(true);
    const failed = await failure(async () => done(await make()));
    setBusy(false);
    // The first step is good for five minutes.
    if (failed?.code === "step_expired") {
      back(failed);
      return;
    }
    setRefused(failed);
  };
  const choose = (k: Kind) => {
    setKind(k);
    setRefused(undefined);
  };
  const passkey = () => void attempt(() => signInSecondPasskey(step));

  return (
    <div class="stack" data-testid="second-factor">
      {kind === "totp" && (
        <TypedCode
          key="totp"
          label="Code of your authenticator app"
          hint="Six digits, new every half minute."
          isDigits
          isBusy={isBusy || wait > 0}
          problem={refused}
          submit={(totp) => void attempt(() => signInSecond({ totp }))}
        />
      )}
      {kind === "recovery" && (
        <TypedCode
          key="recovery"
          label="Recovery code"
          hint="One of those that you kept. Each works once."
          isDigits={false}
          isBusy={isBusy || wait > 0}
          problem={refused}
          submit={(recovery) => void attempt(() => signInSecond({ recovery }))}
        />
      )}
      {kind === "passkey" && <AskPasskey isBusy={isBusy} ask={passkey} />}
      <Refusal refused={refused} wait={wait} id="second-problem" />
      <div class="actions between">
        {step.factors
          .filter((other) => other !== kind)
          .map((other) => (
            <button
              type="button"
              class="button quiet"
              key={other}
              data-testid={`use-${other}`}
              onClick={() => choose(other)}
            >
              {asks[other]}
            </button>
          ))}
        <button type="button" class="button quiet" onClick={() => back()}>
          Start again
        </button>
      </div>
    </div>
  );
}

function AskPasskey({ isBusy, ask }: { isBusy: boolean; ask: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => button.current?.focus(), []);
  return (
    <>
      <p class="soft">Your browser asks for the passkey of this account.</p>
      <button
        ref={button}
        type="button"
        class="button primary wide"
        data-testid="second-passkey"
        aria-disabled={isBusy}
        onClick={ask}
      >
        {isBusy ? "Waiting for the passkey…" : "Use a passkey"}
      </button>
    </>
  );
}

interface TypedCodeProps {
  label: string;
  hint: string;
  isDigits: boolean;
  isBusy: boolean;
  problem: Refused | undefined;
  submit: (code: string) => void;
}

const TOTP_DIGITS = 6;

/** A code that is typed. One of the app is sent with its last digit. */
function TypedCode({ label, hint, isDigits, isBusy, problem, submit }: TypedCodeProps) {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  useEffect(() => {
    if (problem) field.current?.select();
  }, [problem]);
  const send = (typed: string) => {
    const code = isDigits ? typed.replace(/\D/g, "") : typed.trim();
    if (code !== "") submit(code);
  };
  const typed = (text: string) => {
    if (isDigits && text.replace(/\D/g, "").length === TOTP_DIGITS) send(text);
  };
  return (
    <form
      class="stack"
      onSubmit={(e) => {
        e.preventDefault();
        send(field.current?.value ?? "");
      }}
    >
      <label class="field">
        <span class="label">{label}</span>
        <input
          ref={field}
          class={isDigits ? "input code short" : "input mono"}
          data-testid="second-code"
          inputMode={isDigits ? "numeric" : "text"}
          autocomplete={isDigits ? "one-time-code" : "off"}
          autocapitalize="none"
          spellcheck={false}
          maxLength={isDigits ? 11 : 64}
          aria-invalid={problem !== undefined}
          aria-describedby={problem ? "second-problem" : undefined}
          required
          onInput={(e) => typed(e.currentTarget.value)}
        />
        <span class="hint soft">{hint}</span>
      </label>
      <button class="button primary wide" data-testid="second-send" aria-disabled={isBusy}>
        {isBusy ? "Checking…" : "Continue"}
      </button>
    </form>
  );
}
