/** The start of a session: the code, what to ask for, the ticket. */

import { useState } from "preact/hooks";
import type { Account } from "../account/account.ts";
import { clean } from "../protocol/check.ts";
import { CODE_DIGITS } from "../protocol/code.ts";
import { MAX_TICKET } from "../protocol/message.ts";
import type { Idle, Redeeming } from "../session/state.ts";
import { CodeField } from "./code-field.tsx";
import { EyeIcon, PointerIcon } from "./icons.tsx";
import type { Model } from "./model.ts";
import { Problem } from "./problem.tsx";
import { RecordWish } from "./record-wish.tsx";

type Want = "control" | "view";

interface StartProps {
  model: Model;
  state: Idle | Redeeming;
  recording: Account["recording"];
}

export function Start({ model, state, recording }: StartProps) {
  const [digits, setDigits] = useState("");
  const [want, setWant] = useState<Want>("control");
  const [ticket, setTicket] = useState("");
  const [isRecorded, setRecorded] = useState(false);
  const [isShort, setShort] = useState(false);
  const isBusy = state.phase === "redeeming";
  // What was wrong with a code is said until another one is typed.
  const [tried, setTried] = useState("");
  const isTried = state.phase === "idle" && (digits === tried || tried === "");
  const problem = isTried && !isShort ? state.problem : undefined;

  const submit = (e: Event) => {
    e.preventDefault();
    if (isBusy) return;
    const isWhole = digits.length === CODE_DIGITS;
    setShort(!isWhole);
    if (!isWhole) return;
    setTried(digits);
    const ask = want === "control" ? (["view", "control"] as const) : (["view"] as const);
    void model.session.redeem(digits, {
      ask: [...ask],
      ticket: clean(ticket, MAX_TICKET),
      isRecorded,
    });
  };

  return (
    <form class="panel" onSubmit={submit} aria-label="Start a session" noValidate>
      <div>
        <h1>Connect to a desktop</h1>
        <label for="code" class="soft">
          Type the nine digits that the person reads to you.
        </label>
      </div>
      <CodeField
        digits={digits}
        change={(typed) => {
          setDigits(typed);
          setShort(false);
        }}
        problemId={isShort || problem ? "code-problem" : undefined}
        isBusy={isBusy}
      />
      {isShort && <Short count={digits.length} />}
      {problem && <Problem cause={problem} id="code-problem" />}
      <Choice want={want} choose={setWant} />
      <label class="field">
        <span class="label">
          Ticket <span class="soft">(optional, the person sees it)</span>
        </span>
        <input
          class="input"
          data-testid="ticket"
          autocomplete="off"
          maxLength={MAX_TICKET}
          value={ticket}
          onInput={(e) => setTicket(e.currentTarget.value)}
        />
      </label>
      <RecordWish rule={recording} isChecked={isRecorded} change={setRecorded} />
      <button class="button primary wide" data-testid="connect" aria-disabled={isBusy}>
        {isBusy ? "Checking the code…" : "Connect"}
      </button>
    </form>
  );
}

function Short({ count }: { count: number }) {
  const have = count === 0 ? "None is typed yet" : `${count} ${count === 1 ? "is" : "are"} typed`;
  return (
    <p class="problem" role="alert" id="code-problem">
      A code has nine digits. {have}.
    </p>
  );
}

function Choice({ want, choose }: { want: Want; choose: (w: Want) => void }) {
  const option = (value: Want, label: string, icon: preact.JSX.Element) => (
    <label class="segment">
      <input
        type="radio"
        name="want"
        value={value}
        data-testid={`ask-${value}`}
        checked={want === value}
        onChange={() => choose(value)}
      />
      <span>
        {icon}
        {label}
      </span>
    </label>
  );
  return (
    <fieldset class="field segments">
      <legend class="label">Ask to</legend>
      {option("control", "View and control", <PointerIcon />)}
      {option("view", "View only", <EyeIcon />)}
    </fieldset>
  );
}
