/** What is downloaded, and how it is checked. */

import { checking } from "../../get/commands.ts";
import type { Program } from "../../get/programs.ts";
import { systemNames } from "../../get/system.ts";
import type { Text } from "../../languages/text.ts";
import { DownloadIcon } from "../icons.tsx";
import { Command, Hash } from "./copied.tsx";

const MEGABYTE = 1_000_000;

/** A size as people there write it. */
export function sizeIn(t: Text, bytes: number): string {
  const unit = { style: "unit", unit: "megabyte", maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(t.language, unit).format(Math.max(bytes / MEGABYTE, 0.1));
}

export function DownloadButton({ t, program: p }: { t: Text; program: Program }) {
  return (
    <>
      <p class="soft">{t("get.download.text")}</p>
      <a class="button primary large" href={p.href} download={p.file} data-testid="get-download">
        <DownloadIcon /> {t("get.download.button", { system: systemNames[p.system] })}
      </a>
      <p class="hint soft">{t("get.download.size", { size: sizeIn(t, p.size), file: p.file })}</p>
    </>
  );
}

export function Check({ t, program: p }: { t: Text; program: Program }) {
  return (
    <details>
      <summary data-testid="get-check">{t("get.check")}</summary>
      <p class="soft">{t("get.check.text")}</p>
      <Hash t={t} hex={p.sha256} testId="get-sha256" />
      <p class="soft">{t(`get.check.${p.system}`)}</p>
      <Command t={t} lines={[checking(p).split(" ")]} testId="get-check-command" />
    </details>
  );
}

interface OthersProps {
  t: Text;
  programs: readonly Program[];
  /** Where there is no program for this computer, these are all that there is. */
  isOpen: boolean;
}

export function Others({ t, programs, isOpen }: OthersProps) {
  return (
    <details open={isOpen}>
      <summary data-testid="get-others">{t("get.others")}</summary>
      <ul class="others">
        {programs.map((p) => (
          <li key={p.href}>
            <a href={p.href} download={p.file}>
              {systemNames[p.system]}
            </a>{" "}
            <span class="soft">
              {t("get.download.size", { size: sizeIn(t, p.size), file: p.file })}
            </span>
            <Hash t={t} hex={p.sha256} testId={`get-sha256-${p.system}`} />
          </li>
        ))}
      </ul>
    </details>
  );
}

export function Certificate({ t, fingerprint }: { t: Text; fingerprint: string }) {
  return (
    <div class="inset stack">
      <p>{t("get.certificate")}</p>
      <div class="actions">
        <a class="button" href="/ca.pem" download="ca.pem" data-testid="get-certificate">
          {t("get.certificate.button")}
        </a>
      </div>
      <details>
        <summary>{t("get.certificate.print")}</summary>
        <Hash t={t} hex={fingerprint} testId="get-fingerprint" />
      </details>
    </div>
  );
}
