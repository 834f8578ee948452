import { copyFileSync, openSync, closeSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { screenPicture } from "./support/chromium.ts";
import { Desktop } from "./support/desktop.ts";
import { checkout } from "./support/folder.ts";
import { Host } from "./support/host.ts";
import { showPattern } from "./support/pattern.ts";
import { keepPictures, psnr, type Picture } from "./support/picture.ts";
import { run } from "./support/program.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { eventually, sleep } from "./support/wait.ts";
import { Notepad, windowsBinary, Wine } from "./support/wine.ts";

// The main job with the program for Windows, which runs in Wine here: client/WINDOWS.md says what that
// does not show. Wine shows the windows of its programs on the X desktop, and its own view of the screen is
// the whole of it.
let desktop: Desktop;
let wine: Wine;
let relay: Relay;
let host: Host | undefined;
let technician: Technician | undefined;

beforeAll(async () => {
  desktop = await Desktop.start();
  [wine, relay] = await Promise.all([Wine.start(desktop), Relay.start()]);
  await Promise.all([showPattern(desktop), Technician.addTo(relay, "ines")]);
});

afterEach(async () => {
  await technician?.close();
  technician = undefined;
  host?.say("quit"); // Wine's programs hear no signals
  await host?.stop();
  host = undefined;
});

afterAll(async () => {
  await wine?.stop();
  await relay?.remove();
  await desktop?.stop();
});

function startHost(): Host {
  return (host = Host.start(desktop, relay, [], ["wine"], {
    binary: windowsBinary,
    env: wine.env,
  }));
}

/** What is typed: shift, digits, punctuation, umlauts, an emoji. */
const typed = 'Hello, Ines! 0123456789 (50% off; "quoted" & more?) [Zwölf Boxkämpfer: ÄÖÜß] 😀';

async function seesTheScreen(who: Technician): Promise<void> {
  let last = 0;
  let pictures: Record<string, Picture> = {};
  await eventually("the picture in the browser is that of the screen", async () => {
    pictures = { seen: await screenPicture(who.page), real: await desktop.screenshot() };
    last = psnr(pictures["seen"]!, pictures["real"]!);
    return last >= 30;
  }).catch((error: Error) => {
    keepPictures("windows", pictures);
    throw new Error(`${error.message}; luma PSNR ${last.toFixed(1)} dB`);
  });
}

test("the main job with the program for Windows", async ({ onTestFailed }) => {
  onTestFailed(() => console.error([relay, host, technician].map((p) => p?.report()).join("\n")));
  // First, since what shows Wine's windows keeps the outputs of whoever has the first of them open: the
  // host would never seem to end. And in front, since Wine decides for whom a key is when it is sent.
  const notepad = await Notepad.open(desktop, wine, "note.txt");
  const place = await notepad.place();
  await desktop.focus(place);
  const person = startHost();
  const inside = { x: place.x + 60, y: place.y + 80 };

  const tech = (technician = await Technician.signIn(relay, "ines"));
  await tech.redeem(await person.code());
  expect(await person.request()).toContain("see your screen and use your mouse and keyboard");

  // "view": the desktop is seen, and nothing that the technician does reaches it.
  person.say("view");
  await tech.seesScreen();
  await seesTheScreen(tech);
  const rest = await desktop.x.pointer();
  await tech.clickAt(inside.x, inside.y);
  await tech.page.keyboard.type("nobody allowed this");
  await sleep(500);
  expect(await desktop.x.pointer()).toEqual(rest);

  // "control": the technician writes, and saves with a shortcut.
  person.say("control");
  await tech.may("control");
  await tech.clickAt(inside.x, inside.y);
  await notepad.hasTheKeyboard();
  await tech.page.keyboard.type(typed, { delay: 30 });
  await tech.page.keyboard.press("Enter");
  await notepad.saves(`${typed}\n`, () => tech.page.keyboard.press("Control+s"));
  await seesTheScreen(tech);

  // "stop" ends it, and what is pressed after that arrives nowhere.
  person.say("stop");
  expect((await tech.ended()).cause).toBe("host_stopped");
  expect(await person.event("stopped")).toMatchObject({ reason: "host_stopped" });
  await tech.page.keyboard.press("a");
  await tech.page.keyboard.press("Control+s");
  await sleep(500);
  expect(notepad.holds).toBe(`${typed}\n`);
});

test("text goes both ways between a browser and a program for Windows", async ({
  onTestFailed,
}) => {
  onTestFailed(() => console.error([relay, host, technician].map((p) => p?.report()).join("\n")));
  const notepad = await Notepad.open(desktop, wine, "paste.txt");
  const place = await notepad.place();
  await desktop.focus(place);
  const person = startHost();
  const { page } = (technician = await Technician.signIn(relay, "ines"));
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const own = () => page.evaluate(() => navigator.clipboard.readText());
  const clip = (kind: string) => page.locator(`[data-testid=clip][data-kind=${kind}]`).waitFor();
  const may = (button: string, state: string) =>
    page.locator(`[data-testid=${button}][data-state=${state}]`).waitFor();
  await technician.takesControl(person);
  for (const [button, answer] of [
    ["clipboard-put", "control paste"],
    ["clipboard-take", "control copy paste"],
  ] as const) {
    const from = person.linesSoFar;
    await page.getByTestId(button).click();
    await person.request(from);
    person.say(answer);
    await may(button, "on");
  }

  // The technician pastes, and saves what is there.
  await technician.clickAt(place.x + 60, place.y + 80);
  await notepad.hasTheKeyboard();
  await page.evaluate(() => navigator.clipboard.writeText("“Grüße”\n\tfrom 世界 😀"));
  await page.keyboard.press("Control+V");
  await clip("there");
  await person.program.line(/put text into your clipboard \(18 characters\)/, 5_000);
  await notepad.saves("“Grüße”\n\tfrom 世界 😀", () => page.keyboard.press("Control+s"));

  // The person writes more, and copies all of it.
  const copies = async (more: string) => {
    await desktop.focus(place);
    await desktop.xdotool("type", "--delay", "50", more);
    await desktop.xdotool("key", "ctrl+a", "ctrl+c", "End");
  };
  await copies(" and here");
  await clip("copied");
  expect(await own()).toBe("“Grüße”\n\tfrom 世界 😀 and here");
  await person.program.line(/gets what you copied \(27 characters\)/, 5_000);

  // All is taken back: nothing that is copied then goes anywhere.
  person.say("control");
  await may("clipboard-take", "off");
  await copies(" alone");
  await notepad.saves("“Grüße”\n\tfrom 世界 😀 and here alone", () =>
    desktop.xdotool("key", "ctrl+s"),
  );
  await sleep(500);
  expect(await own()).toBe("“Grüße”\n\tfrom 世界 😀 and here");
  expect(person.events().filter((e) => e.event === "clipboard")).toMatchObject([
    { of: "host", characters: 18 },
    { of: "technician", characters: 27 },
  ]);
});

test("a certificate signs the program, and a changed one is found out", async () => {
  const [key, cert, program] = ["key.pem", "cert.pem", "signed.exe"].map((name) =>
    join(desktop.home.path, name),
  ) as [string, string, string];
  const purpose = ["-addext", "extendedKeyUsage=codeSigning", "-subj", "/CN=Example Help Desk"];
  const made = ["-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", key, "-out", cert];
  await run("openssl", ["req", "-x509", ...made, ...purpose]);
  copyFileSync(windowsBinary, program);
  const env = { ...process.env, SIGN_CERT: cert, SIGN_KEY: key };
  const sign = join(checkout, ".ci", "windows-sign");
  expect(await run(sign, [program], { env })).toContain("is signed");
  const verify = () => run("osslsigncode", ["verify", "-CAfile", cert, "-in", program]);
  expect(await verify()).toMatch(/Succeeded|Signature verification: ok/);

  const file = openSync(program, "r+");
  writeSync(file, "changed", 1_000_000);
  closeSync(file);
  await expect(verify()).rejects.toThrow();
});

test("without a certificate the program says that it is not signed", async () => {
  const env = { ...process.env, SIGN_CERT: "", SIGN_KEY: "" };
  const said = await run(join(checkout, ".ci", "windows-sign"), [windowsBinary], { env });
  expect(said).toContain("is not signed");
});
