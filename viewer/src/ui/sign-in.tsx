/** Signing in. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Cause } from "../session/state.ts";
import type { Model } from "./model.ts";
import { Problem } from "./problem.tsx";
import { Shell } from "./shell.tsx";

export function SignIn({ model, cause }: { model: Model; cause: Cause | undefined }) {
  const [problem, setProblem] = useState(cause);
  const [isBusy, setBusy] = useState(false);
  const name = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => name.current?.focus(), []);

  const submit = async (e: Event) => {
    e.preventDefault();
    if (isBusy || !name.current || !password.current) return;
    setBusy(true);
    const failed = await model.signIn(name.current.value.trim(), password.current.value);
    setBusy(false);
    setProblem(failed);
    if (failed) password.current?.select();
  };

  return (
    <Shell>
      <form class="panel narrow" onSubmit={(e) => void submit(e)} aria-label="Sign in">
        <h1>Sign in</h1>
        <label class="field">
          <span class="label">Name</span>
          <input
            ref={name}
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
        {problem && <Problem cause={problem} />}
        <button class="button primary wide" data-testid="sign-in" aria-disabled={isBusy}>
          {isBusy ? "Signing in…" : "Sign in"}
        </button>
      </form>
    </Shell>
  );
}
