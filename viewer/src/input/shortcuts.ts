/** The few combinations that stay on this side. Everything else goes to the host. */

export type Command =
  "stop" | "stats" | "toolbar" | "scale" | "fullscreen" | "chat" | "files" | "help";

/** Letters that sit in the same place on QWERTY, QWERTZ and AZERTY keyboards. */
const commands: Readonly<Record<string, Command>> = {
  KeyS: "stop",
  KeyI: "stats",
  KeyT: "toolbar",
  KeyO: "scale",
  KeyF: "fullscreen",
  KeyC: "chat",
  KeyU: "files",
  KeyH: "help",
};

/** What the help lists. */
export const shortcutList: readonly { keys: string; command: Command }[] = Object.entries(
  commands,
).map(([code, command]) => ({ keys: `Ctrl+Alt+Shift+${code.slice(3)}`, command }));

/** The keys of a command, as people read them. */
export function keysOf(command: Command): string {
  return shortcutList.find((s) => s.command === command)?.keys ?? "";
}

/** The command that a key means here; undefined when it is for the host. */
export function commandOf(e: {
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly metaKey: boolean;
}): Command | undefined {
  if (!e.ctrlKey || !e.altKey || !e.shiftKey || e.metaKey) return undefined;
  return Object.hasOwn(commands, e.code) ? commands[e.code] : undefined;
}
