/** Keys that a browser, or the system under it, does not give to a page. */

/** Keys that are pressed in order and let go the other way round. */
export interface Chord {
  /** As people read them. */
  keys: string;
  /** What they usually do. */
  meaning: string;
  codes: readonly string[];
}

/** What the menu offers, in groups. */
export const palette: readonly (readonly Chord[])[] = [
  [
    chord("Ctrl+Alt+Del", "Sign in, lock, or sign out", "ControlLeft", "AltLeft", "Delete"),
    chord("Ctrl+Shift+Esc", "Task manager", "ControlLeft", "ShiftLeft", "Escape"),
    chord("System key", "Start menu or overview", "MetaLeft"),
  ],
  [
    chord("Alt+Tab", "Next window", "AltLeft", "Tab"),
    chord("Alt+F4", "Close the window", "AltLeft", "F4"),
    chord("F11", "Full screen there", "F11"),
    chord("Print Screen", "Picture of the screen", "PrintScreen"),
    chord("Esc", "Cancel", "Escape"),
  ],
  [
    chord("Ctrl+N", "New window", "ControlLeft", "KeyN"),
    chord("Ctrl+T", "New tab", "ControlLeft", "KeyT"),
    chord("Ctrl+W", "Close the tab", "ControlLeft", "KeyW"),
  ],
  [
    chord("Caps Lock", "Switch it on or off there", "CapsLock"),
    chord("Num Lock", "Switch it on or off there", "NumLock"),
  ],
];

function chord(keys: string, meaning: string, ...codes: string[]): Chord {
  return { keys, meaning, codes };
}
