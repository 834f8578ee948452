/** Signing in. */

import { useEffect, useState } from "preact/hooks";
import { pendingStep } from "../account/account.ts";
import type { SecondStep } from "../account/account.ts";
import type { Refused } from "../account/http.ts";
import { failure } from "./act.ts";
import type { Model } from "./model.ts";
import { Shell } from "./shell.tsx";
import { SignInSteps } from "./sign-in-steps.tsx";

/** Where the relay leads somebody who comes back from an OpenID provider and is not in yet. */
const PENDING = "#second-factor";

export function SignIn({ model, problem }: { model: Model; problem: Refused | undefined }) {
  const [begun, setBegun] = useState<SecondStep>();
  const [refused, setRefused] = useState(problem);
  useEffect(() => {
    if (location.hash !== PENDING) return;
    history.replaceState(null, "", "/");
    void failure(async () => setBegun(await pendingStep())).then(setRefused);
  }, []);
  return (
    <Shell>
      <section class="panel narrow">
        <h1>Sign in</h1>
        <SignInSteps
          key={`${begun !== undefined} ${refused?.code ?? ""}`}
          problem={refused}
          {...(begun ? { begun } : {})}
          done={(account) => model.enter(account)}
        />
      </section>
    </Shell>
  );
}
