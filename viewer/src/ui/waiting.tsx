/** The person is being asked. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Account } from "../account/account.ts";
import type { Requested } from "../session/state.ts";
import type { Model } from "./model.ts";
import { recordingAsked } from "./recorded.ts";

interface WaitingProps {
  model: Model;
  account: Account;
  state: Requested;
}

export function Waiting({ model, account, state }: WaitingProps) {
  const seconds = useSecondsUntil(state.deadline);
  const cancel = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => cancel.current?.focus(), []);
  useEscape(() => model.session.stop());
  const { host, wish } = state;
  return (
    <section class="panel" data-testid="waiting" aria-labelledby="waiting-for">
      <div class="waiting-head">
        <h1 id="waiting-for">
          Waiting for <bdi>{host.name}</bdi>
        </h1>
        <span class="countdown" role="timer" aria-label={`${seconds} seconds left`}>
          {seconds} s
        </span>
      </div>
      <p class="soft">
        The person is being asked. <bdi>{host.name}</bdi>
        {host.os && (
          <>
            {" "}
            (<bdi>{host.os}</bdi>)
          </>
        )}{" "}
        is what the computer calls itself; nobody has verified it.
      </p>
      <dl class="sees">
        <dt>They see</dt>
        <dd>
          {account.name}
          {account.organisation && <span class="soft"> · {account.organisation}</span>}
        </dd>
        <dt>You ask to</dt>
        <dd>{wish.ask.includes("control") ? "view and control" : "view only"}</dd>
        {recordingAsked(state) && (
          <>
            <dt>Recording</dt>
            <dd data-testid="waiting-recording">{recordingAsked(state)}</dd>
          </>
        )}
        {wish.ticket && (
          <>
            <dt>Ticket</dt>
            <dd>{wish.ticket}</dd>
          </>
        )}
      </dl>
      {!state.isLinkUp && (
        <p class="problem" role="alert">
          The relay is away for a moment. This page goes on trying.
        </p>
      )}
      <button
        ref={cancel}
        type="button"
        class="button wide"
        data-testid="cancel"
        onClick={() => model.session.stop()}
      >
        Cancel <kbd>Esc</kbd>
      </button>
    </section>
  );
}

function useSecondsUntil(deadline: number): number {
  const left = () => Math.max(0, Math.ceil((deadline - performance.now()) / 1000));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    const timer = setInterval(() => setSeconds(left()), 250);
    return () => clearInterval(timer);
  }, [deadline]);
  return seconds;
}

function useEscape(then: () => void): void {
  useEffect(() => {
    const listen = (e: KeyboardEvent) => e.key === "Escape" && then();
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
}
