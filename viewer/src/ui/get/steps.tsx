/** The three steps: download, open, and the number. */

import { plain, starting } from "../../get/commands.ts";
import type { Offer, Program } from "../../get/programs.ts";
import { systemNames } from "../../get/system.ts";
import type { Device } from "../../get/system.ts";
import type { Text } from "../../languages/text.ts";
import { grouped } from "../../protocol/code.ts";
import { Command } from "./copied.tsx";
import { Certificate, Check, DownloadButton, Others } from "./download.tsx";

interface StepsProps {
  t: Text;
  code: string;
  offer: Offer;
  device: Exclude<Device, "phone">;
}

export function Steps({ t, code, offer, device }: StepsProps) {
  const mine = offer.programs.find(({ system }) => system === device);
  const others = offer.programs.filter((p) => p !== mine);
  const isKnown = device !== "unknown";
  return (
    <section class="panel wide" aria-labelledby="steps-title">
      <h2 id="steps-title">{t("get.steps")}</h2>
      <ol class="steps">
        <li>
          <h3>{t("get.download")}</h3>
          {mine ? (
            <DownloadButton t={t} program={mine} />
          ) : (
            <p data-testid="get-none">
              {isKnown ? t("get.none", { system: systemNames[device] }) : t("get.none.unknown")}
            </p>
          )}
          {mine && offer.authority !== "" && <Certificate t={t} fingerprint={offer.authority} />}
          {mine && <Check t={t} program={mine} />}
          {others.length > 0 && <Others t={t} programs={others} isOpen={!mine} />}
        </li>
        {mine && (
          <li>
            <h3>{t("get.open")}</h3>
            <Open t={t} program={mine} offer={offer} code={code} />
          </li>
        )}
        <li>
          <NumberStep t={t} code={code} isGiven={mine !== undefined && needsCommand(mine, offer)} />
        </li>
      </ol>
      <details>
        <summary data-testid="get-have">{t("get.have")}</summary>
        <p class="soft">{t("get.have.text")}</p>
        <Command t={t} lines={[plain(offer.server, offer.authority, code)]} testId="join-command" />
      </details>
    </section>
  );
}

interface NumberStepProps {
  t: Text;
  code: string;
  /** The command that starts the program has the number of the invitation already. */
  isGiven: boolean;
}

function NumberStep({ t, code, isGiven }: NumberStepProps) {
  if (code === "") {
    return (
      <>
        <h3>{t("get.read")}</h3>
        <p>{t("get.read.text")}</p>
        <p>{t("get.answer")}</p>
      </>
    );
  }
  // The groups of a number stay together.
  const number = grouped(code).replaceAll(" ", "\u00a0");
  return (
    <>
      <h3>{isGiven ? t("get.reply") : t("get.type")}</h3>
      {!isGiven && <p>{t("get.type.text", { number })}</p>}
      <p>{t("get.answer")}</p>
    </>
  );
}

const needsCommand = (p: Program, offer: Offer) => starting(p, offer, "").length > 0;

interface OpenProps {
  t: Text;
  program: Program;
  offer: Offer;
  code: string;
}

/** How to open it, and what the system may say to that. */
function Open({ t, program: p, offer, code }: OpenProps) {
  const lines = starting(p, offer, code);
  const command = lines.length > 0 && <Command t={t} lines={lines} testId="get-command" />;
  switch (p.system) {
    case "linux":
      return (
        <>
          <p>{t("get.open.linux")}</p>
          {command}
        </>
      );
    case "macos":
      return (
        <>
          <p>{command ? t("get.open.macos.command") : t("get.open.macos")}</p>
          {command}
        </>
      );
    case "windows":
      return (
        <>
          <p>{command ? t("get.open.windows.command") : t("get.open.windows")}</p>
          {command}
          <p class="soft">
            {p.signed
              ? t("get.open.windows.signed")
              : t("get.open.windows.unsigned", { address: offer.server })}
          </p>
        </>
      );
  }
}
