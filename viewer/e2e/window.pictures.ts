import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { checkout } from "./support/folder.ts";
import { Person } from "./support/nested.ts";
import { crop, toPNG } from "./support/picture.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { sleep } from "./support/wait.ts";
import { HostWindow } from "./support/window.ts";

// What the person sees, state by state, for client/WINDOW.md; taken from the program by `make pictures`.
const images = join(checkout, ".github", "images", "window");
const most = 100_000; // bytes: they are in every clone

/** What a person needs to read a question; before, no answer counts. */
const reading = 1_700;

let relay: Relay;
let person: Person | undefined;
let window: HostWindow | undefined;
let technician: Technician | undefined;

beforeAll(async () => {
  mkdirSync(images, { recursive: true });
  relay = await Relay.start(["--organisation", "Example Help Desk"]);
  await Technician.addTo(relay, "ines");
  await Technician.addTo(relay, "mallory");
});

afterEach(async () => {
  await technician?.close();
  await window?.stop();
  await person?.leave();
  technician = window = person = undefined;
});

afterAll(() => relay?.remove());

/** Starts the program, before a person with a desktop of some size. */
async function open(extra: string[] = [], env = {}, size = {}): Promise<HostWindow> {
  person = await Person.sitDown(size);
  await person.desktop.run("xsetroot", ["-solid", "#35606a"]);
  window = await HostWindow.start(person, relay, extra, env);
  return window;
}

/** Has somebody ask for all that there is. */
async function asked(w: HostWindow, name = "ines"): Promise<Technician> {
  technician = await Technician.signIn(relay, name);
  const { page } = technician;
  await page.evaluate(asksForAll);
  await page.getByLabel(/^Ticket/).fill("INC-1042");
  await technician.redeem(await w.code());
  await w.host.event("request");
  return technician;
}

/** Runs in the page, which has no words for the clipboard and files yet: asks for them too. */
function asksForAll(): void {
  const send = WebSocket.prototype.send;
  const all = "view control clipboard-to-host clipboard-from-host files-to-host files-from-host";
  WebSocket.prototype.send = function (data) {
    const message = JSON.parse(String(data)) as { ask?: string[] };
    if (message.ask) message.ask = all.split(" ");
    send.call(this, JSON.stringify(message));
  };
}

/** Takes the window, or the whole desktop, once it is at rest. */
async function take(name: string, whole = false): Promise<void> {
  const { desktop } = person!;
  await sleep(700);
  let picture = await desktop.screenshot();
  if (!whole) {
    const { x, y, width, height } = await (await window!.bus.window("Lendhand")).place();
    picture = crop(picture, x, y, width, Math.min(height, picture.height - y));
  }
  const path = join(images, `${name}.png`);
  writeFileSync(path, toPNG(picture));
  expect(statSync(path).size, `${name}, in bytes`).toBeLessThan(most);
}

test("from the code to the end", async () => {
  process.kill(relay.pid, "SIGSTOP");
  const w = await open();
  await w.sees("One moment, please");
  await take("start");
  process.kill(relay.pid, "SIGCONT");
  await w.code();
  await take("code");
  const ines = await asked(w);
  await take("request-control");
  await sleep(reading);
  await w.types("Let them look and control");
  await ines.seesScreen();
  await ines.may("control");
  await sleep(2_500);
  await take("session");
  await w.clicksOnBar("Chat");
  await w.sees("Write to ines");
  await person!.does("type", "Where is the button?");
  await person!.does("key", "Return");
  await ines.page.getByTestId("chat-toggle").click();
  await ines.page.getByTestId("chat-text").fill("At the top right. I point at it.");
  await ines.page.getByTestId("chat-send").click();
  await w.sees("ines: At the top right. I point at it.");
  await take("chat");
  await w.clicksOnBar("Pause");
  await w.onBar("Paused: ines sees nothing");
  await take("paused");
  await sleep(reading);
  await w.clicksOnBar("Go on");
  await w.onBar("ines sees and controls");
  await w.types("Hide this window");
  writeFileSync(join(person!.desktop.home.path, "To do.txt"), note);
  person!.desktop.open("l3afpad", ["To do.txt"]);
  await person!.desktop.window("To do");
  await take("bar", true);
  await w.clicksOnBar("Stop");
  await w.sees("The session is over");
  await take("ended");
});

const note = "Monday\n\n- The printer on the second floor\n- Order toner\n";

test("a file that the person gives", async () => {
  const w = await open();
  const documents = join(person!.desktop.home.path, "Documents");
  mkdirSync(documents);
  const log = join(documents, "Printer log.txt");
  writeFileSync(log, note.repeat(300).slice(0, 12_000));
  const ines = await asked(w);
  await sleep(reading);
  await w.types("They may get files that you send them");
  await w.types("Let them look");
  await ines.seesScreen();
  await w.clicksOnBar("Give a file");
  await w.sees("Which file do you give ines?");
  await sleep(reading);
  await w.types("Choose a file …");
  await w.sees("Choose the file to give");
  await person!.does("type", "--delay", "30", log);
  await person!.does("key", "Return");
  await w.sees("You have chosen: Printer log.txt (12 KB)");
  await take("give");
});

test("a request to look, and a report", async () => {
  const w = await open();
  technician = await Technician.signIn(relay, "mallory");
  await technician.redeem(await w.code(), "view");
  await w.host.event("request");
  await take("request-view");
  await sleep(reading);
  await w.types("I did not call anyone");
  await w.sees("Nobody was let in");
  await take("reported");
});

test("a session that has to be recorded", async () => {
  await relay.changeRules({ recording: "required" });
  const w = await open();
  technician = await Technician.signIn(relay, "ines");
  await technician.redeem(await w.code(), "view");
  await w.host.event("request");
  await take("request-required");
});

test("a recording that is asked for, and paused", async () => {
  await relay.changeRules({ recording: "optional", recordingPausable: true });
  const w = await open();
  technician = await Technician.signIn(relay, "ines");
  await technician.page.getByTestId("ask-record").check();
  await technician.redeem(await w.code(), "view");
  await w.host.event("request");
  await take("request-record");
  await sleep(reading);
  await w.types("Record this session");
  await w.types("Let them look");
  await technician.seesScreen();
  await w.onBar("Recorded");
  await sleep(2_500);
  await take("recorded");
  await w.types("Pause recording");
  await w.onBar("Recording paused");
  await take("recording-paused");
});

test("whether it goes on", async () => {
  const w = await open(["--confirm-every", "1s"]);
  await asked(w);
  await sleep(reading);
  await w.types("Let them look and control");
  await w.sees("May ines go on?");
  await take("request-again");
});

test("words to compare", async () => {
  const w = await open(["--verify-words"]);
  await asked(w);
  await sleep(reading);
  await w.types("Let them look and control");
  await w.sees("Do you both have these four words?");
  await take("words");
});

test("what does not work, and a relay that is away", async () => {
  const lacks = { without: ["XTEST"] };
  const w = await open([], {}, lacks);
  await w.sees("Before you begin");
  await take("findings");
  await w.types("Go on");
  await relay.stop();
  await w.sees("This program goes on trying.").catch(() => undefined);
  await take("unreachable");
  await relay.restart();
});

test.each(["de", "fr", "es", "ja"])("in %s", async (language) => {
  const w = await open(["--language", language]);
  await w.code();
  await take(`code-${language}`);
  await asked(w);
  await take(`request-${language}`);
});

test.each([
  ["dark", { GTK_THEME: "Adwaita:dark" }, {}],
  ["contrast", { GTK_THEME: "HighContrast" }, {}],
  ["small", {}, { width: 800, height: 480 }],
])("%s", async (name, env, size) => {
  const w = await open([], env, size);
  await asked(w);
  await take(`request-${name}`);
});

test("a press that came too soon, on a small screen", async () => {
  const w = await open([], {}, { width: 800, height: 480 });
  await asked(w);
  await w.types("Let them look");
  await w.sees("That was too quick. Please read the question first, then press again.");
  await take("too-soon");
});
