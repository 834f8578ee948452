/** The host's desktop, with the bar above it. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Account } from "../account/account.ts";
import { commandOf } from "../input/shortcuts.ts";
import type { Command } from "../input/shortcuts.ts";
import { ALL_SCOPES } from "../protocol/message.ts";
import type { Scope } from "../protocol/message.ts";
import { allows } from "../session/state.ts";
import type { Live } from "../session/state.ts";
import { Bar } from "./bar.tsx";
import { Chat, useUnread } from "./chat.tsx";
import { ClipNotice } from "./clipboard.tsx";
import { Compare } from "./compare.tsx";
import { useDropped } from "./dropped.ts";
import { Files, useArrived } from "./files.tsx";
import { toggleFullScreen } from "./full-screen.ts";
import { Help } from "./help.tsx";
import type { Model } from "./model.ts";
import { Picture } from "./picture.tsx";
import { loadPrefs, savePrefs } from "./prefs.ts";
import type { Prefs } from "./prefs.ts";
import { Stats } from "./stats.tsx";

interface DesktopProps {
  model: Model;
  state: Live;
  /** Whether the technician may ask for a recording, or needs not. */
  recording: Account["recording"];
}

export function Desktop({ model, state, recording }: DesktopProps) {
  const root = useRef<HTMLDivElement>(null);
  const [prefs, setPrefs] = useState(loadPrefs);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [areWordsWanted, setWordsWanted] = useState(false);
  const [panel, setPanel] = useState<"chat" | "files">();
  const isChatOpen = panel === "chat";
  const isFilesOpen = panel === "files";
  const [draft, setDraft] = useState("");
  const unread = useUnread(state.lines, isChatOpen);
  const arrived = useArrived(model.files.value.transfers, isFilesOpen);
  const closePanel = () => {
    setPanel(undefined);
    root.current?.querySelector<HTMLElement>("[data-testid=screen]")?.focus();
  };
  const set = (change: Partial<Prefs>) =>
    setPrefs((before) => {
      const after = { ...before, ...change };
      savePrefs(after);
      return after;
    });

  const run = (command: Command) => {
    switch (command) {
      case "stop":
        return model.session.stop();
      case "stats":
        return set({ isStatsOpen: !prefs.isStatsOpen });
      case "scale":
        return set({ scale: prefs.scale === "fit" ? "pixels" : "fit" });
      case "fullscreen":
        return void toggleFullScreen(root.current);
      case "chat":
      case "files":
        return panel === command ? closePanel() : setPanel(command);
      case "help":
        return setHelpOpen((open) => !open);
      case "toolbar":
        set({ isBarOpen: true });
        root.current?.querySelector<HTMLElement>("[data-testid=stop]")?.focus();
    }
  };
  useShortcuts(run);
  const give = (files: readonly File[]) => model.session.files?.give(files);
  const trouble = useDropped(state, root, (files) => {
    setPanel("files");
    give(files);
  });
  useEffect(() => model.session.observe(prefs.isStatsOpen), [prefs.isStatsOpen]);

  return (
    <div class="desktop" ref={root}>
      <Bar
        state={state}
        slow={model.slow.value}
        prefs={prefs}
        unread={unread}
        isChatOpen={isChatOpen}
        arrived={arrived}
        isFilesOpen={isFilesOpen}
        set={set}
        run={run}
        ask={() => askFor(model, state, "control")}
        {...(recording === "optional" ? { askToRecord: () => askToRecord(model, state) } : {})}
        askForClipboard={(scope) => askFor(model, state, scope)}
        send={(codes) => model.tap(codes)}
        watch={(monitor) => model.session.watch(monitor)}
        toggleWords={() => setWordsWanted((are) => !are)}
      />
      <Compare
        state={state}
        isWanted={areWordsWanted}
        answer={(c) => model.session.compared(c)}
        close={() => setWordsWanted(false)}
      />
      {prefs.isStatsOpen && <Stats figures={model.figures.value} slow={model.slow.value} />}
      <div class="work">
        <Picture model={model} state={state} scale={prefs.scale} />
        <ClipNotice clip={model.clip.value} copy={() => void model.copy()} />
        {isChatOpen && (
          <Chat
            state={state}
            draft={draft}
            setDraft={setDraft}
            say={(text) => model.session.say(text)}
            close={closePanel}
          />
        )}
        {isFilesOpen && (
          <Files
            state={state}
            files={model.files.value}
            trouble={trouble}
            ask={(scope) => askFor(model, state, scope)}
            give={give}
            want={() => model.session.files?.want()}
            cancel={(key) => model.session.files?.cancel(key)}
            forget={(key) => model.session.files?.forget(key)}
            close={closePanel}
          />
        )}
      </div>
      <div class="spoken" role="status">
        {unread > 0 &&
          `A message from the person: ${state.lines?.findLast((l) => !l.isMine)?.text}`}
      </div>
      {isHelpOpen && <Help close={() => setHelpOpen(false)} />}
    </div>
  );
}

/** Asks for one thing more: what is allowed already is asked for with it, and so kept. */
function askFor(model: Model, state: Live, scope: Scope): void {
  model.session.ask(ALL_SCOPES.filter((s) => s === scope || s === "view" || allows(state, s)));
}

/** Asks for a recording; what is allowed already is asked for with it, and so kept. */
function askToRecord(model: Model, state: Live): void {
  const scopes = ALL_SCOPES.filter((s) => s === "view" || allows(state, s));
  model.session.ask(scopes, true);
}

/** Runs the page's own shortcuts, before any part of the page sees the key. */
function useShortcuts(run: (c: Command) => void): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const listen = (e: KeyboardEvent) => {
      const command = commandOf(e);
      if (!command) return;
      e.preventDefault();
      if (!e.repeat) latest.current(command);
    };
    window.addEventListener("keydown", listen, { capture: true });
    return () => window.removeEventListener("keydown", listen, { capture: true });
  }, []);
}
