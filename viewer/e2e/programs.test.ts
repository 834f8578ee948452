import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Browser } from "./support/chromium.ts";
import { Desktop } from "./support/desktop.ts";
import { temporary } from "./support/folder.ts";
import { Host, hostBinary } from "./support/host.ts";
import { readOnlyFolder } from "./support/readonly.ts";
import { freePort, Relay, relayBinary } from "./support/relay.ts";
import { Program } from "./support/program.ts";
import { within } from "./support/wait.ts";

// What keeps the two programs from working is said in two lines, what happened and what to do, and
// by the exit code: 1 when it is the world's fault, 2 when the command line is wrong.
let relay: Relay;
let desktop: Desktop;

beforeAll(async () => {
  [relay, desktop] = await Promise.all([Relay.start(), Desktop.start()]);
});

afterAll(async () => {
  await desktop?.stop();
  await relay?.remove();
});

/** Runs a program that must give up, and gives its exit code and its last two lines. */
async function refusal(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const program = new Program("it", command, args, { env: { PATH: process.env["PATH"], ...env } });
  const code = await within("the refusal", program.ended, 10_000).catch(async (error: Error) => {
    await program.kill();
    throw new Error(`${error.message}\n${program.report()}`);
  });
  return { code, words: program.log.filter((line) => /^(error|hint): /.test(line)) };
}

/** In a terminal: a window would stay, to say why it cannot go on. */
const host = (args: readonly string[], env: NodeJS.ProcessEnv = desktop.env) =>
  refusal(hostBinary, ["--ui", "terminal", ...args], env);

const trusted = () => ["--server", relay.url, "--ca", relay.ca];

test("the host does not trust a relay that no known authority vouches for", async () => {
  const { code, words } = await host(["--server", relay.url]);
  expect(words[0]).toMatch(/^error: the certificate of localhost:\d+ is not trusted: /);
  expect(words[1]).toMatch(/^hint: .*--ca FILE: it is ca\.pem in the relay's data folder/);
  expect(code).toBe(1);
});

test("the host does not trust a relay of another authority than the one it was given", async () => {
  const other = await Relay.start();
  try {
    const { code, words } = await host(["--server", relay.url, "--ca", other.ca]);
    expect(words[0]).toMatch(/^error: the certificate of localhost:\d+ is not trusted: /);
    expect(words[1]).toMatch(/^hint: The file given with --ca is not of the authority/);
    expect(code).toBe(1);
  } finally {
    await other.remove();
  }
});

test("a browser shows no page of a relay that it does not trust", async () => {
  const browser = await Browser.start();
  try {
    const page = await browser.page();
    await expect(page.goto(relay.url)).rejects.toThrow(/ERR_CERT_AUTHORITY_INVALID/);
  } finally {
    await browser.close();
  }
});

test("the host waits for a relay that is not there yet", async () => {
  const late = await Relay.start();
  await late.stop();
  const host = Host.start(desktop, late);
  try {
    await host.program.line(/^The relay localhost:\d+ cannot be reached: nothing listens there\./);
    await late.restart();
    await host.program.line(/^The relay is reachable again\./);
    expect(await host.code()).toMatch(/^\d{9}$/);
  } finally {
    await host.stop();
    await late.remove();
  }
});

test.for([
  ["no display at all", {}],
  ["a display that nobody serves", { DISPLAY: ":4711" }],
] as const)("the host says that there is no desktop: %s", async ([, display]) => {
  const env = { ...desktop.env, DISPLAY: undefined, ...display };
  const { code, words } = await host(trusted(), env);
  expect(words[0]).toMatch(/^error: there is no desktop to share: /);
  expect(words[1]).toMatch(/^hint: Start this program inside a desktop session/);
  expect(code).toBe(1);
});

test("the host names the extension that a display lacks", async () => {
  const poor = await Desktop.start({ without: ["XINERAMA", "RANDR"] });
  try {
    const { code, words } = await host(trusted(), poor.env);
    expect(words[0]).toMatch(/^error: this display cannot be shared: /);
    expect(words[0]).toContain("the X server does not have XINERAMA");
    expect(words[1]).toMatch(/^hint: Start the display server with the extension that is named/);
    expect(code).toBe(1);
  } finally {
    await poor.stop();
  }
});

test("a display that nobody can control from afar is said to be so before there is a code", async () => {
  const poor = await Desktop.start({ without: ["XTEST"] });
  const host = Host.start(poor, relay);
  try {
    await host.code();
    const said = host.program.lines.filter((line) => /^(Note|Code): /.test(line));
    expect(said[0]).toMatch(/^Note: mouse and keyboard cannot be used from afar: .*XTEST/);
    expect(said[0]).toContain("They will only be able to look.");
  } finally {
    await host.stop();
    await poor.stop();
  }
});

test.for([
  ["no relay", [], /no relay is named/, /--server/, 2],
  ["a relay without TLS", ["--server", "http://localhost"], /not the address/, /https:/, 2],
  ["a flag that is not there", ["--serve"], /unknown flag --serve/, /--help/, 2],
  ["a range that is none", ["--udp-ports", "9-1"], /not a range of ports/, /--help/, 2],
  [
    "a missing authority",
    ["--server", "x", "--ca", "/none"],
    /cannot read .*"\/none"/,
    /ca\.pem/,
    1,
  ],
  ["an unknown interface", ["--ui", "paper"], /ui/, /--help/, 2],
] as const)("the host refuses %s", async ([, args, what, todo, exit]) => {
  const { code, words } = await host(args);
  expect(words[0]).toMatch(what);
  expect(words[1]).toMatch(todo);
  expect(code).toBe(exit);
});

const serve = (data: string, port: number, ...more: string[]) =>
  refusal(relayBinary, ["serve", "--data", data, "--listen", `127.0.0.1:${port}`, ...more]);

test("a second relay says that the port is taken, and leaves the first alone", async () => {
  const folder = temporary("second");
  try {
    const { code, words } = await serve(folder.path, relay.port);
    expect(words[0]).toMatch(new RegExp(`^error: .*${relay.port}`));
    expect(words[1]).toMatch(/^hint: Another program, perhaps another relay, has the port/);
    expect(code).toBe(1);
    expect(await relay.answers()).toBe(true);
  } finally {
    folder.remove();
  }
});

test("a second relay says that the data folder is another's", async () => {
  const { code, words } = await serve(relay.data, await freePort());
  expect(words[0]).toMatch(/^error: .*another relay/);
  expect(words[1]).toMatch(/^hint: /);
  expect(code).toBe(1);
});

test("the relay says that its data folder cannot be written", async () => {
  const { path, lift } = await readOnlyFolder();
  try {
    const { code, words } = await serve(join(path, "data"), await freePort());
    expect(words[0]).toMatch(/^error: data folder .* cannot be used: .*read-only file system/);
    expect(words[1]).toMatch(/^hint: Look at the disk: it may be full, read-only or gone/);
    expect(code).toBe(1);
  } finally {
    await lift();
  }
});

test("the relay says that its data folder is a file", async () => {
  const folder = temporary("file");
  try {
    writeFileSync(join(folder.path, "data"), "");
    const { code, words } = await serve(join(folder.path, "data"), await freePort());
    expect(words[0]).toMatch(/^error: data folder .* is not a folder/);
    expect(words[1]).toMatch(/^hint: Choose a folder with --data/);
    expect(code).toBe(1);
  } finally {
    folder.remove();
  }
});

test.for([
  ["no command", [], /expected one of/, 2],
  ["a flag that is not there", ["serve", "--port", "1"], /unknown flag --port/, 2],
  ["an address without a port", ["serve", "--listen", "here"], /"here" is not an address/, 2],
  ["a role that is not there", ["user", "add", "eve", "--role", "god"], /god/, 2],
  ["a public address without TLS", ["serve", "--public-url", "http://x"], /public-url/, 2],
] as const)("the relay refuses %s", async ([, args, what, exit]) => {
  const { code, words } = await refusal(relayBinary, args);
  expect(words[0]).toMatch(what);
  expect(words[1]).toMatch(/^hint: /);
  expect(code).toBe(exit);
});
