/** The number to read out, or whom the person waits for. */

import { useEffect, useState } from "preact/hooks";
import { grouped } from "../protocol/code.ts";
import { Heading, own, useNow } from "./page.tsx";
import type { PartProps } from "./page.tsx";
import type { Waiting } from "./state.ts";
import { timeIn, whoIs } from "../languages/text.ts";
import type { Text } from "../languages/text.ts";

export function Code({ model, t, state }: PartProps & { state: Waiting }) {
  return (
    <section class="panel wider" data-testid="share-waiting">
      {state.awaited ? (
        <AwaitedBy t={t} awaited={state.awaited} />
      ) : (
        <Digits t={t} code={state.code} />
      )}
      <p class="only-look">{t("share.request.only-look")}</p>
      {!state.isLinkUp && (
        <p class="problem" role="alert">
          {t("share.away", { relay: location.host })}
        </p>
      )}
      <button
        type="button"
        class="button wide"
        data-testid="share-cancel"
        onClick={own(() => model.again())}
      >
        {t("share.code.cancel")}
      </button>
    </section>
  );
}

function AwaitedBy({ t, awaited }: { t: Text; awaited: NonNullable<Waiting["awaited"]> }) {
  return (
    <>
      <Heading>
        <bdi>{t("share.awaited.heading", { name: whoIs(awaited.technician) })}</bdi>
      </Heading>
      {awaited.ticket && (
        <p>
          <bdi>{t("share.ticket", { ticket: awaited.ticket })}</bdi>
        </p>
      )}
      <p>{t("share.awaited.text")}</p>
      <div class="warning" role="note">
        <p>
          <strong>{t("share.awaited.warning")}</strong>
        </p>
      </div>
    </>
  );
}

function Digits({ t, code }: { t: Text; code: Waiting["code"] }) {
  const now = useNow();
  const left = code ? code.until - now : 0;
  return (
    <>
      <Heading>{t("share.code.heading")}</Heading>
      <p class="digits-large mono" data-testid="share-code" role="status">
        {code ? grouped(code.digits) : "…"}
      </p>
      <p>{t("share.code.how")}</p>
      <div class="warning" role="note">
        <p>
          <strong>{t("share.code.warning")}</strong>
        </p>
      </div>
      <div class="under">
        <span class="soft" role="timer">
          {left > 0 ? t("share.code.next", { time: timeIn(t, left) }) : t("share.code.late")}
        </span>
        {code && <Copy t={t} digits={code.digits} />}
      </div>
    </>
  );
}

function Copy({ t, digits }: { t: Text; digits: string }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => setCopied(false), [digits]);
  const copy = () =>
    void navigator.clipboard.writeText(grouped(digits)).then(() => setCopied(true));
  return (
    <button type="button" class="button" onClick={own(copy)}>
      <span aria-live="polite">{isCopied ? t("share.code.copied") : t("share.code.copy")}</span>
    </button>
  );
}
