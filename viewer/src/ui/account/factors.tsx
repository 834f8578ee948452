/** Second factors: the authenticator app and the passkeys. */

import { useState } from "preact/hooks";
import {
  addPasskey,
  beginTotp,
  confirmTotp,
  removePasskey,
  removeTotp,
} from "../../account/own.ts";
import type { OwnAccount, Passkey, Totp } from "../../account/own.ts";
import { hasPasskeys } from "../../account/passkey.ts";
import { useAct } from "../act.ts";
import { Confirm, Copy, Empty, Field, focusFirst, Time } from "../parts.tsx";
import { QR } from "../qr.tsx";
import { Refusal } from "../refusal.tsx";
import { RecoveryCodes } from "./recovery.tsx";

interface FactorsProps {
  own: OwnAccount;
  changed: () => Promise<void>;
}

export function SecondFactors({ own, changed }: FactorsProps) {
  const [codes, setCodes] = useState<string[]>([]);
  // The codes come first: what changes below them may be the end of this page.
  const added = async (made: string[]) => {
    setCodes(made);
    if (made.length === 0) await changed();
  };
  const kept = () => {
    setCodes([]);
    void changed();
  };
  return (
    <>
      <App isOn={own.totp} added={added} changed={changed} />
      <Passkeys all={own.passkeys} added={added} changed={changed} />
      {codes.length > 0 && <RecoveryCodes codes={codes} close={kept} />}
    </>
  );
}

interface PartProps {
  added: (codes: string[]) => Promise<void>;
  changed: () => Promise<void>;
}

function App({ isOn, added, changed }: PartProps & { isOn: boolean }) {
  const [totp, setTotp] = useState<Totp>();
  const [isRemoving, setRemoving] = useState(false);
  const act = useAct();
  const begin = () => void act.run(async () => setTotp(await beginTotp()));
  const confirm = (code: string) =>
    void act.run(async () => {
      const codes = await confirmTotp(code);
      setTotp(undefined);
      await added(codes);
    });
  const remove = async () => {
    setRemoving(false);
    if (await act.run(removeTotp)) await changed();
  };
  return (
    <section class="part" aria-labelledby="totp-title" data-testid="totp">
      <div class="part-head">
        <div>
          <h3 id="totp-title">Authenticator app</h3>
          <p class="soft">
            {isOn
              ? "On. Signing in asks for the six digits that it shows."
              : "An app on your phone that shows six digits, new every half minute."}
          </p>
        </div>
        {!totp && (
          <button
            type="button"
            class="button"
            data-testid={isOn ? "totp-remove" : "totp-begin"}
            aria-disabled={act.isBusy}
            onClick={() => (isOn ? setRemoving(true) : begin())}
          >
            {isOn ? "Remove" : "Set up"}
          </button>
        )}
      </div>
      {totp && (
        <NewApp
          totp={totp}
          isBusy={act.isBusy}
          confirm={confirm}
          cancel={() => setTotp(undefined)}
        />
      )}
      <Refusal refused={act.refused} />
      {isRemoving && (
        <Confirm
          title="Remove the authenticator app?"
          act="Remove"
          confirm={() => void remove()}
          cancel={() => setRemoving(false)}
        >
          <p>Signing in no longer asks for its digits. You can set it up again at any time.</p>
        </Confirm>
      )}
    </section>
  );
}

interface NewAppProps {
  totp: Totp;
  isBusy: boolean;
  confirm: (code: string) => void;
  cancel: () => void;
}

function NewApp({ totp, isBusy, confirm, cancel }: NewAppProps) {
  const [code, setCode] = useState("");
  return (
    <form
      class="new-app"
      onSubmit={(e) => {
        e.preventDefault();
        if (!isBusy) confirm(code);
      }}
    >
      <QR text={totp.uri} label="QR code for the authenticator app" />
      <div class="stack">
        <p>Scan this with the app, or type the key into it:</p>
        <p class="secret">
          <code data-testid="totp-secret">{inFours(totp.secret)}</code>
          <Copy text={totp.secret} />
        </p>
        <Field label="Digits that the app shows now">
          {(ids) => (
            <input
              {...ids}
              ref={focusFirst}
              class="input mono digits"
              data-testid="totp-code"
              inputMode="numeric"
              autocomplete="one-time-code"
              maxLength={7}
              required
              value={code}
              onInput={(e) => setCode(e.currentTarget.value.replace(/\D/g, "").slice(0, 6))}
            />
          )}
        </Field>
        <div class="actions">
          <button class="button primary" data-testid="totp-confirm" aria-disabled={isBusy}>
            {isBusy ? "Checking…" : "Turn on"}
          </button>
          <button type="button" class="button quiet" onClick={cancel}>
            Cancel
          </button>
        </div>
      </div>
    </form>
  );
}

function inFours(secret: string): string {
  return (secret.match(/.{1,4}/g) ?? []).join(" ");
}

const MAX_NAME = 64;

function Passkeys({ all, added, changed }: PartProps & { all: Passkey[] }) {
  const [name, setName] = useState<string>();
  const [going, setGoing] = useState<Passkey>();
  const act = useAct();
  const add = () =>
    void act.run(async () => {
      const codes = await addPasskey((name ?? "").trim() || "Passkey");
      setName(undefined);
      await added(codes);
    });
  const remove = async (passkey: Passkey) => {
    setGoing(undefined);
    if (await act.run(() => removePasskey(passkey.id))) await changed();
  };
  return (
    <section class="part" aria-labelledby="passkeys-title" data-testid="passkeys">
      <div class="part-head">
        <div>
          <h3 id="passkeys-title">Passkeys</h3>
          <p class="soft">
            A fingerprint, a face, a screen lock or a security key. A passkey also signs you in
            alone, without the password.
          </p>
        </div>
        {name === undefined && hasPasskeys() && (
          <button
            type="button"
            class="button"
            data-testid="passkey-add"
            onClick={() => setName(suggestion())}
          >
            Add
          </button>
        )}
      </div>
      {all.length > 0 ? (
        <ul class="rows">
          {all.map((p) => (
            <li class="row" key={p.id}>
              <div class="row-text">
                <bdi class="strong">{p.name || "Passkey"}</bdi>
                <span class="soft">
                  Added <Time at={p.created} /> · {p.used ? "used " : ""}
                  <Time at={p.used} none="never used" />
                </span>
              </div>
              <button
                type="button"
                class="button quiet"
                aria-label={`Remove ${p.name}`}
                onClick={() => setGoing(p)}
              >
                Remove
              </button>
            </li>
          ))}
        </ul>
      ) : (
        name === undefined && <Empty>No passkey yet.</Empty>
      )}
      {name !== undefined && (
        <form
          class="inline-form"
          onSubmit={(e) => {
            e.preventDefault();
            add();
          }}
        >
          <Field label="A name, to know it by">
            {(ids) => (
              <input
                {...ids}
                ref={focusFirst}
                class="input"
                data-testid="passkey-name"
                maxLength={MAX_NAME}
                value={name}
                onInput={(e) => setName(e.currentTarget.value)}
              />
            )}
          </Field>
          <div class="actions">
            <button class="button primary" data-testid="passkey-make" aria-disabled={act.isBusy}>
              {act.isBusy ? "Waiting for the device…" : "Make the passkey"}
            </button>
            <button type="button" class="button quiet" onClick={() => setName(undefined)}>
              Cancel
            </button>
          </div>
        </form>
      )}
      {!hasPasskeys() && <Empty>This browser is too old to make one.</Empty>}
      <Refusal refused={act.refused} />
      {going && (
        <Confirm
          title="Remove this passkey?"
          act="Remove"
          confirm={() => void remove(going)}
          cancel={() => setGoing(undefined)}
        >
          <p>
            <bdi class="strong">{going.name || "Passkey"}</bdi> no longer signs you in. The device
            may go on listing it; remove it there too.
          </p>
        </Confirm>
      )}
    </section>
  );
}

/** What the person may call a passkey of this device. */
function suggestion(): string {
  const agent = navigator.userAgent;
  const known = ["iPhone", "iPad", "Android", "Windows", "Mac", "Linux"];
  const found = known.find((name) => agent.includes(name));
  return found === "Mac" || found === "Windows" || found === "Linux"
    ? `${found} computer`
    : (found ?? "");
}
