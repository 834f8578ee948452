/** The keys that the keyboard tests press under each layout. */

export interface Layout {
  name: string;
  /** What setxkbmap is told. */
  xkb: readonly string[];
}

export const layouts: readonly Layout[] = [
  { name: "us", xkb: ["-model", "pc105", "us"] },
  { name: "gb", xkb: ["-model", "pc105", "gb"] },
  { name: "de", xkb: ["-model", "pc105", "de"] },
  { name: "fr", xkb: ["-model", "pc105", "fr"] },
  { name: "it", xkb: ["-model", "pc105", "it"] },
  { name: "ch", xkb: ["-model", "pc105", "ch"] },
  { name: "es", xkb: ["-model", "pc105", "es"] },
  { name: "jp", xkb: ["-model", "jp106", "jp"] },
  { name: "us-intl", xkb: ["-model", "pc105", "us", "-variant", "intl"] },
];

/** X11 keycodes of the keys that write, row by row. */
const keycodes: Readonly<Record<string, number>> = {
  Backquote: 49,
  ...row(10, "Digit1 Digit2 Digit3 Digit4 Digit5 Digit6 Digit7 Digit8 Digit9 Digit0 Minus Equal"),
  ...row(24, "KeyQ KeyW KeyE KeyR KeyT KeyY KeyU KeyI KeyO KeyP BracketLeft BracketRight"),
  ...row(38, "KeyA KeyS KeyD KeyF KeyG KeyH KeyJ KeyK KeyL Semicolon Quote"),
  Backslash: 51,
  IntlBackslash: 94,
  ...row(52, "KeyZ KeyX KeyC KeyV KeyB KeyN KeyM Comma Period Slash"),
  IntlRo: 97,
  IntlYen: 132,
  Space: 65,
};

const numpad: Readonly<Record<string, number>> = {
  ...row(79, "Numpad7 Numpad8 Numpad9 NumpadSubtract Numpad4 Numpad5 Numpad6 NumpadAdd"),
  ...row(87, "Numpad1 Numpad2 Numpad3 Numpad0 NumpadDecimal"),
  NumpadMultiply: 63,
  NumpadDivide: 106,
};

const shift = 50;
const altGr = 108;
const capsLock = 66;
const numLock = 77;
const compose = 135;

function row(first: number, names: string): Record<string, number> {
  return Object.fromEntries(names.split(" ").map((name, n) => [name, first + n]));
}

/** One thing to press, as xdotool is told, and whether what it typed is worth a line. */
export interface Script {
  press: string;
  actions: string[];
  keep: (types: string) => boolean;
}

const always = () => true;
// With AltGr, layouts hide a hundred signs that nobody looks for; these are what people need.
const isUsual = (types: string) => /^[!-~€§°µ£ßäöüñçéèàù]$/i.test(types);

function tap(key: number, ...held: number[]): string[] {
  const word = (kind: string) => (k: number) => [kind, String(k)];
  return [
    ...held.flatMap(word("keydown")),
    ...[key].flatMap(word("keydown")),
    ...[key].flatMap(word("keyup")),
    ...held.toReversed().flatMap(word("keyup")),
  ];
}

/** Everything to press under a layout. */
export function scriptOf(layout: string): Script[] {
  // Without AltGr the key is another Alt, and opens the browser's menu.
  const hasAltGr = layout !== "us" && layout !== "jp";
  return [
    ...plain(),
    ...(hasAltGr ? withAltGr() : []),
    ...dead(layout),
    ...composed(),
    ...locked(),
  ];
}

function plain(): Script[] {
  return Object.entries(keycodes).flatMap(([code, key]) => [
    { press: code, actions: tap(key), keep: always },
    { press: `Shift ${code}`, actions: tap(key, shift), keep: always },
  ]);
}

function withAltGr(): Script[] {
  return Object.entries(keycodes).flatMap(([code, key]) => [
    { press: `AltGr ${code}`, actions: tap(key, altGr), keep: isUsual },
    { press: `AltGr Shift ${code}`, actions: tap(key, shift, altGr), keep: isUsual },
  ]);
}

/** Where each layout has its dead keys, with the modifier that they take. */
const deadKeys: Readonly<Record<string, readonly string[]>> = {
  de: ["Equal", "Shift Equal", "Backquote"],
  fr: ["BracketLeft", "Shift BracketLeft"],
  ch: ["Equal", "Shift Equal", "BracketRight", "AltGr Equal", "AltGr Minus"],
  es: ["BracketLeft", "Shift BracketLeft", "Quote", "Shift Quote"],
  "us-intl": ["Quote", "Shift Quote", "Backquote", "Shift Backquote", "Shift Digit6"],
};

const modifiers: Readonly<Record<string, number>> = { Shift: shift, AltGr: altGr };

function dead(layout: string): Script[] {
  return (deadKeys[layout] ?? []).flatMap((first) => {
    const names = first.split(" ");
    const held = names.slice(0, -1).map((name) => modifiers[name]!);
    return ["KeyE", "KeyO", "KeyN", "Space"].map((second) => ({
      press: `${first}, ${second}`,
      actions: [...tap(keycodes[names.at(-1)!]!, ...held), ...tap(keycodes[second]!)],
      keep: always,
    }));
  });
}

/** Sequences of the Compose key: a letter and its mark, a sign. */
function composed(): Script[] {
  return [
    ["KeyO", "KeyC"],
    ["KeyS", "KeyS"],
    ["KeyO", "KeyE"],
  ].map((codes) => ({
    press: `Compose ${codes.join(" ")}`,
    actions: [compose, ...codes.map((code) => keycodes[code]!)].flatMap((key) => tap(key)),
    keep: always,
  }));
}

/** The technician's own locks: on before, off after. */
function locked(): Script[] {
  const within = (lock: number, actions: string[]) => [...tap(lock), ...actions, ...tap(lock)];
  return [
    ...["KeyA", "KeyY", "Digit1", "Semicolon"].flatMap((code) => [
      {
        press: `CapsLock ${code}`,
        actions: within(capsLock, tap(keycodes[code]!)),
        keep: always,
      },
      {
        press: `CapsLock Shift ${code}`,
        actions: within(capsLock, tap(keycodes[code]!, shift)),
        keep: always,
      },
    ]),
    ...Object.entries(numpad).map(([code, key]) => ({
      press: `NumLock ${code}`,
      actions: within(numLock, tap(key)),
      keep: always,
    })),
  ];
}
