/** Inviting somebody: a code and a link to send, and those that are open. */

import { useEffect, useState } from "preact/hooks";
import type { Account } from "../account/account.ts";
import { clean } from "../protocol/check.ts";
import { grouped } from "../protocol/code.ts";
import { MAX_TICKET } from "../protocol/message.ts";
import type { Scope } from "../protocol/message.ts";
import type { OpenInvitation } from "../session/invitations.ts";
import { useAttended } from "./attended.ts";
import type { Model } from "./model.ts";
import { Confirm, Copy, Field } from "./parts.tsx";
import { Problem } from "./problem.tsx";
import { RecordWish } from "./record-wish.tsx";

interface InvitationsProps {
  model: Model;
  recording: Account["recording"];
}

export function Invitations({ model, recording }: InvitationsProps) {
  const { all, newest } = model.invitations.value;
  const [isOpen, setOpen] = useState(false);
  // Whoever waits for an invited person is at work, also with this page in the background.
  const isListening = useAttended() || all.length > 0;
  useEffect(() => {
    model.listen(isListening);
    return () => model.listen(false);
  }, [isListening]);
  const waiting = all.filter((i) => i.host);
  const made = all.find((i) => i.id === newest);
  return (
    <section class="panel" aria-label="Invitations" data-testid="invitations">
      <div class="part-head">
        <div>
          <h2>Invitations</h2>
          <p class="soft">A link for somebody who is not on the phone yet.</p>
        </div>
        {!isOpen && (
          <button type="button" class="button" data-testid="invite" onClick={() => setOpen(true)}>
            Invite
          </button>
        )}
      </div>
      <div class="spoken" role="status">
        {waiting.length > 0 && `${waiting.length} invited waiting`}
      </div>
      {isOpen && <InviteForm model={model} recording={recording} close={() => setOpen(false)} />}
      {made?.code && !made.host && <Hand invitation={made} code={made.code} />}
      {all.length > 0 && (
        <ul class="rows">
          {all.map((i) => (
            <Row key={i.id} model={model} invitation={i} />
          ))}
        </ul>
      )}
    </section>
  );
}

const lives = [
  [3600, "one hour"],
  [8 * 3600, "eight hours"],
  [24 * 3600, "one day"],
  [7 * 24 * 3600, "one week"],
] as const;

function InviteForm({ model, recording, close }: InvitationsProps & { close: () => void }) {
  const { isMaking, problem, newest } = model.invitations.value;
  const [isControl, setControl] = useState(true);
  const [ticket, setTicket] = useState("");
  const [isRecorded, setRecorded] = useState(false);
  const [life, setLife] = useState<number>(24 * 3600);
  const [before] = useState(newest);
  useEffect(() => {
    if (newest !== undefined && newest !== before) close();
  }, [newest]);
  const submit = (e: Event) => {
    e.preventDefault();
    if (isMaking) return;
    const ask: Scope[] = isControl ? ["view", "control"] : ["view"];
    model.invite(ask, clean(ticket, MAX_TICKET), life, isRecorded);
  };
  return (
    <form class="stack inset" onSubmit={submit} aria-label="New invitation">
      <div class="columns">
        <Field label="Ask to">
          {(ids) => (
            <select
              {...ids}
              class="input"
              value={isControl ? "control" : "view"}
              onChange={(e) => setControl(e.currentTarget.value === "control")}
            >
              <option value="control">view and control</option>
              <option value="view">view only</option>
            </select>
          )}
        </Field>
        <Field label="Can be opened for">
          {(ids) => (
            <select
              {...ids}
              class="input"
              data-testid="invite-life"
              value={life}
              onChange={(e) => setLife(Number(e.currentTarget.value))}
            >
              {lives.map(([seconds, words]) => (
                <option key={seconds} value={seconds}>
                  {words}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <Field label="Ticket" hint="Optional, the person sees it.">
        {(ids) => (
          <input
            {...ids}
            class="input"
            data-testid="invite-ticket"
            autocomplete="off"
            maxLength={MAX_TICKET}
            value={ticket}
            onInput={(e) => setTicket(e.currentTarget.value)}
          />
        )}
      </Field>
      <RecordWish rule={recording} isChecked={isRecorded} change={setRecorded} />
      {problem && <Problem cause={problem} />}
      <div class="actions">
        <button class="button primary" data-testid="invite-make" aria-disabled={isMaking}>
          {isMaking ? "Making…" : "Make the invitation"}
        </button>
        <button type="button" class="button quiet" onClick={close}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/** The newest one, to be handed over. Only the page that made it knows its code. */
function Hand({ invitation: i, code }: { invitation: OpenInvitation; code: string }) {
  return (
    <div class="stack inset" data-testid="invited" role="status">
      <p>Send the link, or read the code out. The first who uses one of them is invited.</p>
      <p class="big-code mono" data-testid="invited-code">
        {grouped(code)}
      </p>
      <div class="actions">
        <Copy text={i.link ?? ""} label="Copy the link" />
        <Copy text={grouped(code)} label="Copy the code" />
      </div>
      <p class="hint soft mono" data-testid="invited-link">
        {i.link}
      </p>
    </div>
  );
}

function Row({ model, invitation: i }: { model: Model; invitation: OpenInvitation }) {
  const [isAsking, setAsking] = useState(false);
  const left = useHoursLeft(i.deadline);
  const withdraw = () => {
    setAsking(false);
    model.withdraw(i.id);
  };
  return (
    <li class="row" data-testid="invitation-row">
      <div class="row-text">
        <span>
          {i.host ? (
            <>
              <bdi class="strong">{i.host.name}</bdi> waits for you
            </>
          ) : (
            <span class="strong">{i.code ? grouped(i.code) : "Made in another window"}</span>
          )}
        </span>
        <span class="soft">
          {i.ask.includes("control") ? "view and control" : "view only"}
          {i.ticket && (
            <>
              {" "}
              · ticket <bdi>{i.ticket}</bdi>
            </>
          )}{" "}
          · {left}
        </span>
      </div>
      <div class="actions">
        {i.host && (
          <button
            type="button"
            class="button primary"
            data-testid="join-invited"
            onClick={() => model.join(i)}
          >
            Join
          </button>
        )}
        <button
          type="button"
          class="button quiet"
          data-testid="withdraw"
          onClick={() => setAsking(true)}
        >
          Withdraw
        </button>
      </div>
      {isAsking && (
        <Confirm
          title="Withdraw this invitation?"
          act="Withdraw"
          confirm={withdraw}
          cancel={() => setAsking(false)}
        >
          <p>
            {i.host
              ? "The person has opened it and waits. They are told that nobody comes."
              : "Its code and its link stop working."}
          </p>
        </Confirm>
      )}
    </li>
  );
}

/** How long one can still be opened, told again every half minute. */
function useHoursLeft(deadline: number): string {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return leftWords(deadline - now);
}

/** What is left, in the largest unit that says enough. */
export function leftWords(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  if (minutes <= 0) return "over";
  if (minutes < 120) return `${minutes} min left`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h left` : `${Math.round(hours / 24)} days left`;
}
