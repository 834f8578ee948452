/** Whether a session is to be recorded: a wish where the organisation leaves that to the technician. */

import type { Account } from "../account/account.ts";
import { Check } from "./parts.tsx";

interface RecordWishProps {
  rule: Account["recording"];
  isChecked: boolean;
  change: (isOn: boolean) => void;
}

export function RecordWish({ rule, isChecked, change }: RecordWishProps) {
  switch (rule) {
    case "off":
      return null;
    case "required":
      return <p class="soft">Your organisation records every session. The person is told so.</p>;
    case "optional":
      return (
        <Check
          label="Ask to record the session"
          testId="ask-record"
          isChecked={isChecked}
          change={change}
        />
      );
  }
}
