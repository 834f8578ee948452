/** The session is over: why, how long it was, and what to do. */

import { useLayoutEffect, useRef } from "preact/hooks";
import type { Over } from "../session/state.ts";
import { duration, wordsOf } from "../words.ts";
import { Received } from "./transfers.tsx";
import type { Model } from "./model.ts";

export function Ended({ model, state }: { model: Model; state: Over }) {
  const again = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => again.current?.focus(), []);
  const { cause, host, lasted } = state;
  const { what, todo } = wordsOf(cause);
  const isSignedOut = cause.kind === "error" && cause.code === "unauthenticated";
  return (
    <section class="panel" data-testid="ended" data-cause={nameOf(state)}>
      <h1>{what}</h1>
      <p class="soft">{todo}</p>
      <dl class="sees">
        {host && (
          <>
            <dt>Host</dt>
            <dd>
              <bdi>{host.name}</bdi>
              {host.os && (
                <span class="soft">
                  {" · "}
                  <bdi>{host.os}</bdi>
                </span>
              )}
            </dd>
          </>
        )}
        {lasted !== undefined && (
          <>
            <dt>Connected</dt>
            <dd>{duration(lasted)}</dd>
          </>
        )}
      </dl>
      <Received
        transfers={model.files.value.transfers}
        forget={(key) => model.session.files?.forget(key)}
      />
      <button
        ref={again}
        type="button"
        class="button primary wide"
        data-testid="new-session"
        onClick={() => model.again()}
      >
        {isSignedOut ? "Sign in" : "New session"}
      </button>
    </section>
  );
}

function nameOf({ cause }: Over): string {
  return cause.kind === "reason" ? cause.reason : cause.code;
}
