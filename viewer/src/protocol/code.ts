/** The code as people type it: nine digits, shown 3-3-3. */

export const CODE_DIGITS = 9;

/** The digits in what was typed or pasted, nine at most; spaces and dashes go. */
export function digitsOf(typed: string): string {
  return typed
    .normalize("NFKC")
    .replace(/[^0-9]/g, "")
    .slice(0, CODE_DIGITS);
}

/** The code that a text is, or empty: one of more or fewer digits is none. */
export function codeIn(text: string): string {
  const digits = text.normalize("NFKC").replace(/[^0-9]/g, "");
  return digits.length === CODE_DIGITS ? digits : "";
}

/** Digits in groups of three: 482 913 077. */
export function grouped(digits: string): string {
  return (digits.match(/.{1,3}/g) ?? []).join(" ");
}

/** What the field shows after an edit, and where its caret stands then. */
export interface CodeEdit {
  digits: string;
  text: string;
  caret: number;
}

/**
 * Formats the field after an edit that left `typed` in it with the caret at `caret`.
 * The caret stays behind the same digit; at the end of a group it goes on to the next.
 */
export function editCode(typed: string, caret: number): CodeEdit {
  const digits = digitsOf(typed);
  const before = digitsOf(typed.slice(0, caret)).length;
  const text = grouped(digits);
  const gaps = before === digits.length ? Math.floor((before - 1) / 3) : Math.floor(before / 3);
  return { digits, text, caret: Math.min(text.length, before + Math.max(0, gaps)) };
}
