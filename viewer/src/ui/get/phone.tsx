/** On a phone, that can only say where to go on. */

import type { Text } from "../../languages/text.ts";
import { CopyText } from "./copied.tsx";

export function Phone({ t }: { t: Text }) {
  return (
    <section class="panel wide" aria-labelledby="phone-title" data-testid="get-phone">
      <div>
        <h2 id="phone-title">{t("get.phone")}</h2>
        <p class="soft">{t("get.phone.text")}</p>
      </div>
      <p class="address mono" dir="ltr" translate={false}>
        {location.href}
      </p>
      <div class="actions">
        <CopyText t={t} text={location.href} label={t("get.phone.copy")} />
      </div>
    </section>
  );
}
