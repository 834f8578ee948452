/** The page: which screen is shown. */

import { useEffect } from "preact/hooks";
import { isTechnician } from "../account/account.ts";
import type { Account } from "../account/account.ts";
import type { State } from "../session/state.ts";
import { Desktop } from "./desktop.tsx";
import { Ended } from "./ended.tsx";
import type { Model } from "./model.ts";
import { NotTechnician, Unreachable } from "./notes.tsx";
import { Shell } from "./shell.tsx";
import { SignIn } from "./sign-in.tsx";
import { Start } from "./start.tsx";
import { announcement } from "./status.ts";
import { Waiting } from "./waiting.tsx";

export function App({ model }: { model: Model }) {
  const state = model.state.value;
  useTitle(state);
  return (
    <>
      <Screen model={model} />
      <div class="spoken" aria-live="polite" role="status">
        {announcement(state)}
      </div>
    </>
  );
}

function Screen({ model }: { model: Model }) {
  const entry = model.entry.value;
  switch (entry.kind) {
    case "loading":
      return <Shell />;
    case "unreachable":
      return <Unreachable cause={entry.cause} retry={() => void model.begin()} />;
    case "signedOut":
      return <SignIn model={model} cause={entry.cause} />;
    case "signedIn":
      return <SignedIn model={model} account={entry.account} />;
  }
}

function SignedIn({ model, account }: { model: Model; account: Account }) {
  const state = model.state.value;
  if (state.phase === "live") return <Desktop model={model} state={state} />;
  return (
    <Shell account={account} signOut={() => model.signOut()}>
      {isTechnician(account) ? (
        <Content model={model} account={account} state={state} />
      ) : (
        <NotTechnician account={account} />
      )}
    </Shell>
  );
}

function Content(props: { model: Model; account: Account; state: State }) {
  const { model, account, state } = props;
  switch (state.phase) {
    case "idle":
    case "redeeming":
      return <Start model={model} state={state} />;
    case "requested":
      return <Waiting model={model} account={account} state={state} />;
    case "ended":
      return <Ended model={model} state={state} />;
    case "live":
      return null;
  }
}

function useTitle(state: State): void {
  const host = state.phase === "live" || state.phase === "requested" ? state.host.name : "";
  useEffect(() => {
    document.title = host ? `${host} · Lendhand` : "Lendhand";
  }, [host]);
}
