/** What people type on their system: how a file is checked, and how it is started. */

import type { Offer, Program } from "./programs.ts";

const inDownloads = {
  windows: (file: string) => `"$HOME\\Downloads\\${file}"`,
  macos: (file: string) => `~/Downloads/${file}`,
  linux: (file: string) => `~/Downloads/${file}`,
} as const;

/** The command that shows what a downloaded file adds up to. */
export function checking({ system, file }: Program): string {
  const path = inDownloads[system](file);
  const tool = { windows: "Get-FileHash", macos: "shasum -a 256", linux: "sha256sum" }[system];
  return `${tool} ${path}`;
}

/**
 * The words of the command that starts the downloaded program, line by line; none where opening
 * the file is enough.
 */
export function starting(p: Program, offer: Offer, code: string): string[][] {
  const rest = [
    ...(p.pointed ? [] : ["--server", offer.server]),
    ...(offer.authority === "" ? [] : ["--ca", inDownloads[p.system]("ca.pem")]),
  ];
  const withCode = code === "" ? rest : [...rest, "--invitation", code];
  const path = inDownloads[p.system](p.file);
  switch (p.system) {
    case "windows":
      return rest.length === 0 ? [] : [["&", path, ...withCode]];
    case "macos":
      return rest.length === 0 ? [] : [[`${unpacked}/Contents/MacOS/lendhand`, ...withCode]];
    case "linux":
      return [
        ["chmod", "+x", path],
        [path, ...withCode],
      ];
  }
}

const unpacked = "~/Downloads/lendhand.app";

/** The command for who has the program already, under its own name. */
export function plain(server: string, authority: string, code: string): string[] {
  const trust = authority === "" ? [] : ["--ca", "ca.pem"];
  const invited = code === "" ? [] : ["--invitation", code];
  return ["lendhand", "--server", server, ...trust, ...invited];
}
