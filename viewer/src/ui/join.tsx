/** For somebody who needs help and was sent a link: what this is, and how to go on. */

import { CODE_DIGITS, grouped } from "../protocol/code.ts";
import { Copy } from "./parts.tsx";
import { Shell } from "./shell.tsx";

export function Join({ code, origin }: { code: string; origin: string }) {
  if (code.length !== CODE_DIGITS) return <BadInvitation />;
  const command = ["lendhand", "--server", origin, "--invitation", code];
  return (
    <Shell>
      <section class="panel wider" data-testid="join">
        <div>
          <h1>Someone would like to help you</h1>
          <p class="soft">
            With Lendhand a person whom you trust can see your screen, and use your mouse and
            keyboard if you let them. You see who it is and are asked before anything happens, and
            you can stop it at any moment.
          </p>
        </div>
        <div class="warning" role="note">
          <p>
            <strong>Did you ask for this help?</strong> Banks, Microsoft, the police and delivery
            firms never call or write to be let into your computer. If somebody pressed you into
            opening this page, close it: nothing has happened yet.
          </p>
        </div>
        <ol class="steps">
          <li>
            <p>
              Start Lendhand. If you do not have the program yet, ask the person who sent you this
              link where your organisation keeps it.
            </p>
          </li>
          <li>
            <p>Have it connect with this invitation:</p>
            <p class="big-code mono" data-testid="join-code">
              {grouped(code)}
            </p>
            <p class="soft">In a terminal, that is:</p>
            <div class="command">
              <code data-testid="join-command">
                {command.map((word, at) => [at > 0 && " ", <span key={at}>{word}</span>])}
              </code>
              <Copy text={command.join(" ")} />
            </div>
          </li>
          <li>
            <p>
              Read the name that it shows. Only say yes if it is the person whom you expect; who
              invited you is not known to this page.
            </p>
          </li>
        </ol>
        <p class="hint soft">
          The invitation works once, and not for long. An old one does nothing.
        </p>
      </section>
    </Shell>
  );
}

function BadInvitation() {
  return (
    <Shell>
      <section class="panel" data-testid="bad-invitation">
        <h1>This invitation is not whole</h1>
        <p class="soft">
          Its nine digits are missing from the address. Open the link again as it was sent to you,
          or ask the person who sent it for a new one.
        </p>
      </section>
    </Shell>
  );
}
