/** The bar above the desktop: who, how, what is allowed, and the controls. */

import type { ComponentChildren } from "preact";
import { keysOf } from "../input/shortcuts.ts";
import type { Command } from "../input/shortcuts.ts";
import { askingFor, askingToRecord, isPaused } from "../session/state.ts";
import type { Live } from "../session/state.ts";
import {
  ChatIcon,
  DownIcon,
  EyeIcon,
  FilesIcon,
  FitIcon,
  FullScreenIcon,
  KeysIcon,
  Mark,
  PauseIcon,
  PixelsIcon,
  PointerIcon,
  StatsIcon,
  StopIcon,
  UpIcon,
} from "./icons.tsx";
import type { Scope } from "../protocol/message.ts";
import { ClipboardTools } from "./clipboard.tsx";
import { canMoveFiles } from "./files.tsx";
import { Keys } from "./keys.tsx";
import { MonitorMap } from "./monitors.tsx";
import type { Prefs } from "./prefs.ts";
import { Shield } from "./compare.tsx";
import { recordingWords } from "./recorded.ts";
import { connectionWords, modeOf } from "./status.ts";
import type { Mode } from "./status.ts";

interface BarProps {
  state: Live;
  /** What is slow, in a sentence. */
  slow: string | undefined;
  prefs: Prefs;
  /** How many messages were not read. */
  unread: number;
  isChatOpen: boolean;
  /** How many files have come and were not looked at. */
  arrived: number;
  isFilesOpen: boolean;
  set: (change: Partial<Prefs>) => void;
  run: (c: Command) => void;
  ask: () => void;
  askForClipboard: (scope: Scope) => void;
  /** Asks for a recording, where that is left to the technician. */
  askToRecord?: () => void;
  send: (codes: readonly string[]) => void;
  watch: (monitor: number) => void;
  /** Shows the words again, or puts them away. */
  toggleWords: () => void;
}

export function Bar(props: BarProps) {
  const { state, slow, prefs, unread, isChatOpen, set, run, ask, send, watch, toggleWords } = props;
  const { askForClipboard } = props;
  const isOpen = prefs.isBarOpen;
  return (
    <header class={isOpen ? "bar" : "bar folded"} aria-label="Session">
      {isOpen && <Mark />}
      <Host state={state} />
      <Connection state={state} />
      <Shield state={state} toggle={toggleWords} />
      <Recorded state={state} ask={isOpen ? props.askToRecord : undefined} />
      <ModeLabel state={state} ask={ask} />
      {/* A click here leaves the keyboard with the screen. */}
      <div class="tools" role="group" aria-label="Display" onMouseDown={(e) => e.preventDefault()}>
        {isOpen && state.monitors && !isPaused(state) && (
          <MonitorMap monitors={state.monitors} watch={watch} />
        )}
        {modeOf(state).kind === "control" && <Keys send={send} />}
        {isOpen && <ClipboardTools state={state} ask={askForClipboard} />}
        {canMoveFiles(state) && (
          <FilesTool arrived={props.arrived} isOpen={props.isFilesOpen} run={run} />
        )}
        <ChatTool unread={unread} isOpen={isChatOpen} run={run} />
        {isOpen && <Tools prefs={prefs} slow={slow} run={run} />}
        <Tool
          label={isOpen ? "Fold the bar" : "Unfold the bar"}
          onClick={() => set({ isBarOpen: !isOpen })}
        >
          {isOpen ? <UpIcon /> : <DownIcon />}
        </Tool>
      </div>
      <button
        type="button"
        class="button stop"
        data-testid="stop"
        title={`End the session (${keysOf("stop")})`}
        onClick={() => run("stop")}
      >
        <StopIcon />
        Stop
      </button>
    </header>
  );
}

function Host({ state }: { state: Live }) {
  return (
    <div class="bar-host" title={`${state.host.name} · ${state.host.os}`}>
      <bdi class="bar-host-name">{state.host.name}</bdi>
      <bdi class="bar-host-os">{state.host.os}</bdi>
    </div>
  );
}

function Connection({ state }: { state: Live }) {
  const { tone, label, detail } = connectionWords(state);
  return (
    <span class={`pill ${tone}`} data-testid="connection" title={detail}>
      <span class="dot" />
      {label}
    </span>
  );
}

function Recorded({ state, ask }: { state: Live; ask: (() => void) | undefined }) {
  const words = recordingWords(state);
  if (!words)
    return ask && state.stage === "active" ? <AskToRecord state={state} ask={ask} /> : null;
  return (
    <span class={`pill recorded ${words.tone}`} data-testid="recorded" title={words.detail}>
      <span class="dot" />
      {words.label}
      <span class="spoken">. {words.detail}</span>
    </span>
  );
}

/** In the place of what says how the recording stands, while there is none. */
function AskToRecord({ state, ask }: { state: Live; ask: () => void }) {
  const asking = askingToRecord(state);
  if (asking === "asked") {
    return (
      <span class="pill recorded busy" role="status" data-testid="asked-to-record">
        Asked to record…
      </span>
    );
  }
  return (
    <button
      type="button"
      class="button small record-ask"
      data-testid="ask-to-record"
      onMouseDown={(e) => e.preventDefault()}
      onClick={ask}
    >
      {asking === "no" ? "Ask to record" : "Ask to record again"}
    </button>
  );
}

function ModeLabel({ state, ask }: { state: Live; ask: () => void }) {
  const mode = modeOf(state);
  if (mode.kind === "unknown") return <span class="mode" />;
  return (
    <span class={`mode ${mode.kind}`} data-testid="mode">
      <ModeIcon kind={mode.kind} />
      <span class="mode-label">{mode.label}</span>
      {mode.detail && <span class="mode-detail">{mode.detail}</span>}
      {mode.kind === "control" && (
        <span class="mode-detail unfocused">click the screen to type</span>
      )}
      {mode.canAsk && (
        <button type="button" class="button small" data-testid="ask-for-control" onClick={ask}>
          {askingFor(state, "control") === "no" ? "Ask for control" : "Ask again"}
        </button>
      )}
    </span>
  );
}

function ModeIcon({ kind }: { kind: Mode["kind"] }) {
  if (kind === "paused") return <PauseIcon />;
  return kind === "control" ? <PointerIcon /> : <EyeIcon />;
}

interface ChatToolProps {
  unread: number;
  isOpen: boolean;
  run: (c: Command) => void;
}

function ChatTool({ unread, isOpen, run }: ChatToolProps) {
  return (
    <Tool
      label={unread > 0 ? `Messages, ${unread} unread` : "Messages"}
      command="chat"
      testId="chat-toggle"
      isPressed={isOpen}
      onClick={() => run("chat")}
    >
      <ChatIcon />
      {unread > 0 && (
        <span class="badge" data-testid="chat-unread">
          {Math.min(unread, 99)}
        </span>
      )}
    </Tool>
  );
}

interface FilesToolProps {
  arrived: number;
  isOpen: boolean;
  run: (c: Command) => void;
}

function FilesTool({ arrived, isOpen, run }: FilesToolProps) {
  return (
    <Tool
      label={arrived > 0 ? `Files, ${arrived} arrived` : "Files"}
      command="files"
      testId="files"
      isPressed={isOpen}
      onClick={() => run("files")}
    >
      <FilesIcon />
      {arrived > 0 && (
        <span class="badge" data-testid="files-arrived">
          {Math.min(arrived, 99)}
        </span>
      )}
    </Tool>
  );
}

interface ToolsProps {
  prefs: Prefs;
  slow: string | undefined;
  run: (c: Command) => void;
}

function Tools({ prefs, slow, run }: ToolsProps) {
  // The open panel says it itself.
  const warning = prefs.isStatsOpen ? undefined : slow;
  const isFit = prefs.scale === "fit";
  return (
    <>
      <Tool
        label={isFit ? "Show pixel for pixel" : "Fit to the window"}
        command="scale"
        testId="scale"
        onClick={() => run("scale")}
      >
        {isFit ? <PixelsIcon /> : <FitIcon />}
      </Tool>
      <Tool label="Full screen" command="fullscreen" onClick={() => run("fullscreen")}>
        <FullScreenIcon />
      </Tool>
      <Tool
        label="Figures"
        command="stats"
        testId="stats-toggle"
        isPressed={prefs.isStatsOpen}
        warning={warning}
        onClick={() => run("stats")}
      >
        <StatsIcon />
      </Tool>
      <Tool label="Shortcuts" command="help" testId="help" onClick={() => run("help")}>
        <KeysIcon />
      </Tool>
    </>
  );
}

interface ToolProps {
  label: string;
  command?: Command;
  testId?: string;
  isPressed?: boolean;
  /** What is to be seen behind it, and why. */
  warning?: string | undefined;
  onClick: () => void;
  children: ComponentChildren;
}

function Tool({ label, command, testId, isPressed, warning, onClick, children }: ToolProps) {
  const title = command ? `${label} (${keysOf(command)})` : label;
  return (
    <button
      type="button"
      class="tool"
      data-testid={testId}
      aria-label={warning ? `${label}: ${warning}` : label}
      aria-pressed={isPressed}
      title={warning ? `${warning}\n${title}` : title}
      onClick={onClick}
    >
      {children}
      {warning && <span class="dot warning" data-testid="slow-dot" />}
    </button>
  );
}
