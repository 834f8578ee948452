/**
 * For people who need help: the program for their computer, how to go on with it, and what else
 * they can do. Nobody is signed in here.
 */

import { useEffect, useState } from "preact/hooks";
import { offered } from "../../get/programs.ts";
import type { Offer } from "../../get/programs.ts";
import { deviceOf } from "../../get/system.ts";
import type { Device, Says } from "../../get/system.ts";
import { languageOf, load } from "../../languages/text.ts";
import type { Text } from "../../languages/text.ts";
import { useLoad } from "../act.ts";
import { Loading } from "../parts.tsx";
import { Shell } from "../shell.tsx";
import { Languages } from "./languages.tsx";
import { BadNumber, OwnNumber, TypeNumber } from "./number.tsx";
import { Phone } from "./phone.tsx";
import { Steps } from "./steps.tsx";

interface GetProps {
  /** The nine digits of an invitation; empty when there is none. */
  code: string;
  /** The address was to have some. */
  isInvited: boolean;
}

export function Get({ code, isInvited }: GetProps) {
  const [language, choose] = useState(() => languageOf(navigator.languages));
  const [t, setText] = useState<Text>();
  useEffect(() => void load(language).then((made) => setText(() => made)), [language]);
  useSpeaking(t);
  if (!t) return <Shell />;
  return (
    <Shell>
      <Content t={t} code={code} isInvited={isInvited} device={deviceOf(navigator as Says)} />
      <Languages t={t} choose={choose} />
    </Shell>
  );
}

/** Tells the browser, and so whoever has the page read aloud, what language this is. */
function useSpeaking(t: Text | undefined): void {
  useEffect(() => {
    if (!t) return;
    document.documentElement.lang = t.language;
    document.documentElement.dir = t.direction;
    document.title = `${t("get.title")} · Lendhand`;
  }, [t]);
}

interface ContentProps extends GetProps {
  t: Text;
  device: Device;
}

function Content({ t, code, isInvited, device }: ContentProps) {
  const { value: offer, refused, reload } = useLoad(offered);
  return (
    <div class="page get" data-testid="get">
      <Lead t={t} organisation={offer?.organisation ?? ""} isInvited={code !== ""} />
      {isInvited && code === "" && <BadNumber t={t} />}
      {code !== "" && <OwnNumber t={t} code={code} />}
      {device === "phone" ? (
        <Phone t={t} />
      ) : (
        <Ways t={t} code={code} offer={offer} device={device} />
      )}
      {refused && (
        <section class="panel wide" role="alert">
          <p>{t("away")}</p>
          <button type="button" class="button" onClick={() => void reload()}>
            {t("again")}
          </button>
        </section>
      )}
    </div>
  );
}

function Lead(props: { t: Text; organisation: string; isInvited: boolean }) {
  const { t, organisation, isInvited } = props;
  const heading = organisation ? t("get.heading.from", { organisation }) : t("get.heading");
  return (
    <header class="get-head">
      <h1>{isInvited ? t("get.heading.invited") : heading}</h1>
      <p class="soft">{t("get.lead")}</p>
      <div class="warning" role="note">
        <p>
          <strong>{t("get.warning")}</strong> {t("get.warning.text")}
        </p>
      </div>
    </header>
  );
}

interface WaysProps {
  t: Text;
  code: string;
  offer: Offer | undefined;
  device: Exclude<Device, "phone">;
}

function Ways({ t, code, offer, device }: WaysProps) {
  if (!offer) return <Loading label={t("loading")} />;
  return (
    <>
      <Steps t={t} code={code} offer={offer} device={device} />
      <section class="panel wide" aria-labelledby="share-title">
        <div>
          <h2 id="share-title">{t("get.share")}</h2>
          <p class="soft">{t("get.share.text")}</p>
        </div>
        <div class="actions">
          <a class="button" href={code ? `/share#${code}` : "/share"} data-testid="get-share">
            {t("get.share.link")}
          </a>
        </div>
      </section>
      {code === "" && <TypeNumber t={t} />}
    </>
  );
}
