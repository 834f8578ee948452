/** The shortcuts that stay on this side. */

import { useEffect, useRef } from "preact/hooks";
import { shortcutList } from "../input/shortcuts.ts";
import type { Command } from "../input/shortcuts.ts";

const meanings: Readonly<Record<Command, string>> = {
  stop: "End the session",
  stats: "Show or hide the figures",
  toolbar: "Go from the screen to the bar",
  scale: "Fit to the window, or pixel for pixel",
  fullscreen: "Full screen",
  chat: "Write to the person",
  files: "Send files, and save those that come",
  help: "This list",
};

export function Help({ close }: { close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => before instanceof HTMLElement && before.focus();
  }, []);
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={close}>
      <h2 id="help-title">Shortcuts</h2>
      <dl>
        {shortcutList.map(({ keys, command }) => (
          <div key={command}>
            <dt>{meanings[command]}</dt>
            <dd>
              {keys.split("+").map((k) => (
                <kbd key={k}>{k}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <p class="soft">
        Every other key goes to the host while you control it. In full screen, hold Esc to leave.
      </p>
      <form method="dialog">
        <button class="button">Close</button>
      </form>
    </dialog>
  );
}
