import { afterEach, describe, expect, it, vi } from "vitest";
import { checking, plain, starting } from "./commands.ts";
import { offered } from "./programs.ts";
import type { Offer, Program } from "./programs.ts";
import type { System } from "./system.ts";

const server = "https://help.example:8443";

function program(system: System, pointed = true): Program {
  const ending = { windows: ".exe", macos: ".app.zip", linux: "" }[system];
  const file = `lendhand${pointed ? "@help.example_8443" : ""}${ending}`;
  return { system, href: "", file, pointed, size: 1, sha256: "", signed: false };
}

const offer = (authority = ""): Offer => ({ server, organisation: "", programs: [], authority });
const lines = (words: string[][]) => words.map((line) => line.join(" "));

describe("how a program is started", () => {
  it("is by opening it, where that says all", () => {
    expect(starting(program("windows"), offer(), "")).toEqual([]);
    expect(starting(program("windows"), offer(), "482913077")).toEqual([]);
  });

  it("is a command, where it needs a certificate or an address", () => {
    expect(lines(starting(program("windows"), offer("ab"), "482913077"))).toEqual([
      `& "$HOME\\Downloads\\lendhand@help.example_8443.exe" --ca "$HOME\\Downloads\\ca.pem" --invitation 482913077`,
    ]);
    expect(lines(starting(program("macos", false), offer(), ""))).toEqual([
      `~/Downloads/lendhand.app/Contents/MacOS/lendhand --server ${server}`,
    ]);
  });

  it("is two commands on Linux", () => {
    expect(lines(starting(program("linux"), offer(), "482913077"))).toEqual([
      "chmod +x ~/Downloads/lendhand@help.example_8443",
      "~/Downloads/lendhand@help.example_8443 --invitation 482913077",
    ]);
  });

  it("is known for who has it already", () => {
    expect(plain(server, "", "482913077").join(" ")).toBe(
      `lendhand --server ${server} --invitation 482913077`,
    );
    expect(plain(server, "ab", "").join(" ")).toBe(`lendhand --server ${server} --ca ca.pem`);
  });
});

it.each([
  ["windows", `Get-FileHash "$HOME\\Downloads\\lendhand@help.example_8443.exe"`],
  ["macos", "shasum -a 256 ~/Downloads/lendhand@help.example_8443.app.zip"],
  ["linux", "sha256sum ~/Downloads/lendhand@help.example_8443"],
] as const)("a download is checked on %s", (system, command) => {
  expect(checking(program(system))).toBe(command);
});

describe("the offer", () => {
  afterEach(() => void vi.unstubAllGlobals());

  it("has the programs that make sense", async () => {
    const sha256 = "0123456789abcdef".repeat(4);
    const good = { system: "linux", name: "lendhand", saveAs: "lendhand@help.example", size: 3 };
    const answer = {
      server,
      organisation: "Example",
      authority: { sha256 },
      programs: [
        { ...good, sha256, pointed: true },
        { ...good, sha256, system: "plan9" },
        { ...good, sha256: "12" },
        { ...good, sha256, saveAs: "x; rm -rf ~" },
        { ...good, sha256, name: "../secret" },
        "odd",
      ],
    };
    vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify(answer))));
    const made = await offered();
    expect(made.authority).toBe(sha256);
    expect(made.programs).toEqual([
      {
        system: "linux",
        href: "/download/lendhand",
        file: "lendhand@help.example",
        pointed: true,
        size: 3,
        sha256,
        signed: false,
      },
    ]);
  });
});
