/** The desktop of somebody at work, for pictures. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Desktop } from "./desktop.ts";

/** Gives the desktop what a person at work may have open. */
export async function furnish(desktop: Desktop): Promise<void> {
  await desktop.xdotool("mousemove", "700", "690");
  await desktop.run("xsetroot", ["-solid", "#35606a"]);
  const file = (name: string, text: string, mode = 0o644) =>
    writeFileSync(join(desktop.home.path, name), text, { mode });
  file("To do.txt", note);
  file("shell", shell);
  file("lpstat", queue, 0o755);
  file("cancel", 'rm -f "$HOME/stuck"\n', 0o755);
  file("stuck", "");
  mkdirSync(join(desktop.home.path, "Invoices"));
  for (let n = 101; n < 119; n++) file(`Invoices/2026-10-${n}.pdf`, "");
  const font = ["-fa", "DejaVu Sans Mono", "-fs", "11"];
  const look = ["-T", "Terminal", "-bg", "#10201f", "-fg", "#e6efe9", "+sb"];
  const run = ["-e", "bash", "--rcfile", "shell"];
  desktop.open("xterm", [...font, ...look, "-geometry", "76x24+36+40", ...run]);
  await desktop.window("^Terminal$");
  desktop.open("l3afpad", ["To do.txt"]);
  const editor = await desktop.window("To do");
  await desktop.xdotool("windowsize", editor.id, "600", "250");
  await desktop.xdotool("windowmove", editor.id, "640", "400");
}

const note = `Monday

- Second floor: the printer is silent since the power cut.
  The help desk calls back at half past nine (INC-1042)
- Zoë needs the invoices of October on paper
- Order toner
`;

// A shell that looks like somebody's, with the commands of a printer that this machine has not.
const shell =
  'PS1="\\[\\e[1;32m\\]anna@\\h\\[\\e[0m\\]:\\[\\e[1;34m\\]~\\[\\e[0m\\]$ "\nPATH=$HOME:$PATH\nclear\n';

const queue = `[ -e "$HOME/stuck" ] || exit 0
echo "second-floor-118  anna  48128   Mon 23 Nov 2026 08:02"
`;
