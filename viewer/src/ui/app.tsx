/** The page: which screen is shown. */

import { useEffect } from "preact/hooks";
import { isTechnician } from "../account/account.ts";
import type { Account } from "../account/account.ts";
import type { Refused } from "../account/http.ts";
import type { State } from "../session/state.ts";
import { Desktop } from "./desktop.tsx";
import { Ended } from "./ended.tsx";
import { Guarded } from "./guarded.tsx";
import { Invitations } from "./invite.tsx";
import { lazy } from "./lazy.tsx";
import type { Model } from "./model.ts";
import { NotTechnician, Unreachable } from "./notes.tsx";
import { pageFor } from "./places.ts";
import { pageOf, queryOf } from "./route.ts";
import type { PageName, Route } from "./route.ts";
import { Shell } from "./shell.tsx";
import { SignIn } from "./sign-in.tsx";
import { Start } from "./start.tsx";
import { announcement } from "./status.ts";
import { titleOf } from "./titles.ts";
import { Waiting } from "./waiting.tsx";

const AccountPage = lazy(async () => (await import("./account/page.tsx")).AccountPage);
const Enrol = lazy(async () => (await import("./enrol.tsx")).Enrol);
const Get = lazy(async () => (await import("./get/page.tsx")).Get);
const MinePage = lazy(async () => (await import("./recording/mine.tsx")).MinePage);
const Welcome = lazy(async () => (await import("./welcome.tsx")).Welcome);
const Share = lazy(async () => (await import("../share/page.tsx")).Share);
const RecordingPage = lazy(async () => (await import("./recording/page.tsx")).RecordingPage);
const Recordings = lazy(async () => (await import("./recordings/page.tsx")).Recordings);
const Storage = lazy(async () => (await import("./recordings/storage.tsx")).Storage);
const Sessions = lazy(async () => (await import("./admin/sessions.tsx")).Sessions);
const People = lazy(async () => (await import("./admin/people.tsx")).People);
const PolicyPage = lazy(async () => (await import("./admin/policy.tsx")).PolicyPage);
const Journal = lazy(async () => (await import("./admin/journal.tsx")).Journal);

export function App({ model }: { model: Model }) {
  const state = model.state.value;
  const title = titleOf(model.route.value, model.entry.value, state);
  useEffect(() => {
    if (title !== undefined) document.title = title;
  }, [title]);
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
  const route = model.route.value;
  if (route.kind === "get") return <Get code={route.code} isInvited={route.isInvited} />;
  if (route.kind === "mine") return <MinePage key={route.link} fragment={route.link} />;
  if (route.kind === "share") return <Share code={route.code} />;
  if (route.kind === "welcome") {
    return <Welcome key={route.token} model={model} token={route.token} />;
  }
  switch (entry.kind) {
    case "loading":
      return <Shell />;
    case "unreachable":
      return <Unreachable cause={entry.cause} retry={() => void model.begin()} />;
    case "signedOut":
      return <SignIn model={model} problem={entry.problem} />;
    case "signedIn":
      return <SignedIn model={model} account={entry.account} route={route} />;
  }
}

interface SignedInProps {
  model: Model;
  account: Account;
  route: Route;
}

function SignedIn({ model, account, route }: SignedInProps) {
  const state = model.state.value;
  if (state.phase === "live")
    return <Desktop model={model} state={state} recording={account.recording} />;
  const signOut = () => model.signOut();
  const left = (why: Refused) => model.left(why);
  if (account.mustEnrol) {
    return (
      <Shell account={account} signOut={signOut}>
        <Guarded account={account} left={left}>
          <Enrol account={account} done={() => void model.begin()} />
        </Guarded>
      </Shell>
    );
  }
  // Whoever waits for an answer is not led away from it.
  const isWaiting = state.phase === "requested" || state.phase === "redeeming";
  const page = isWaiting ? "connect" : pageFor(account, pageOf(route));
  return (
    <Shell account={account} page={page} signOut={signOut}>
      <Guarded account={account} left={left}>
        <Page model={model} account={account} page={page} route={route} />
      </Guarded>
    </Shell>
  );
}

interface PageProps extends SignedInProps {
  page: PageName;
}

function Page({ model, account, page, route }: PageProps) {
  switch (page) {
    case "connect":
      return <Connect model={model} account={account} />;
    case "account":
      return <AccountPage account={account} />;
    case "recordings":
      if (route.kind !== "recording") return <Recordings />;
      return <RecordingPage key={route.id} id={route.id} at={timeOf(location.hash)} />;
    case "storage":
      return <Storage />;
    case "sessions":
      return <Sessions />;
    case "people":
      return <People account={account} />;
    case "policy":
      return <PolicyPage />;
    case "journal":
      return <Journal />;
  }
}

/** The time in the address of a recording, in milliseconds. */
function timeOf(hash: string): number | undefined {
  const at = Number(queryOf(hash).get("at"));
  return at > 0 ? at : undefined;
}

function Connect({ model, account }: { model: Model; account: Account }) {
  if (!isTechnician(account)) return <NotTechnician account={account} />;
  return <Content model={model} account={account} state={model.state.value} />;
}

function Content(props: { model: Model; account: Account; state: State }) {
  const { model, account, state } = props;
  switch (state.phase) {
    case "idle":
    case "redeeming":
      return (
        <>
          <Start model={model} state={state} recording={account.recording} />
          <Invitations model={model} recording={account.recording} />
        </>
      );
    case "requested":
      return <Waiting model={model} account={account} state={state} />;
    case "ended":
      return <Ended model={model} state={state} />;
    case "live":
      return null;
  }
}
