import { readFileSync } from "node:fs";
import type { Download, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { findings } from "./support/axe.ts";
import { Browser } from "./support/chromium.ts";
import { FakeRecordings } from "./support/fake-recordings.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { eventually } from "./support/wait.ts";

// The auditor's desk and the administrator's page of storage, against answers of every kind.
let relay: Relay;
let browser: Browser;
let admin: Browser;
let page: Page;
let fake: FakeRecordings;

beforeAll(async () => {
  relay = await Relay.start(["--organisation", "Example Help Desk"]);
  await Promise.all([
    Technician.addTo(relay, "otto", "auditor"),
    Technician.addTo(relay, "ada", "admin"),
    Technician.addTo(relay, "ines"),
  ]);
  [browser, admin] = await Promise.all([
    Browser.start({ ca: relay.ca }),
    Browser.start({ ca: relay.ca }),
  ]);
  await Promise.all([enter(browser, "otto", "recordings"), enter(admin, "ada", "storage")]);
});

beforeEach(() => {
  fake = new FakeRecordings();
});

afterAll(async () => {
  await browser?.close();
  await admin?.close();
  await relay?.remove();
});

/** Signs somebody in, who can then go there. */
async function enter(which: Browser, name: string, place: string): Promise<void> {
  const first = await which.page();
  await Technician.enter(first, relay, name);
  await first.getByTestId(`go-${place}`).waitFor();
}

const clean = async (name: string) => expect(await findings(page, name)).toEqual([]);

/** A page of a browser, at an address, whose relay answers as the fake does. */
async function at(which: Browser, address: string): Promise<void> {
  page = await which.newPage();
  await fake.serve(page);
  await page.goto(`${relay.url}${address}`);
}

const rows = () => page.getByTestId("recording-row");

test("an auditor finds recordings by words and by what happened, and comes back to what was found", async () => {
  await at(browser, "/recordings");
  await rows().first().waitFor();
  expect(await rows().count()).toBe(5);
  expect(await rows().nth(1).innerText()).toMatch(
    /Ines Sommer on anna-pc\s*Held[^]*12 min 31 s · ticket INC-4711 · group first-line\s+control\s*·?\s*files from the host/,
  );
  await clean("recordings");
  await page.keyboard.press("/");
  await page.keyboard.type("kim");
  await expect.poll(() => rows().count()).toBe(1);
  await page.getByTestId("filters").click();
  await page.getByTestId("happened-elevation").check({ force: true });
  await page.getByTestId("filter-from").fill("2026-11-01");
  await page.getByTestId("filter-least").fill("10");
  await expect
    .poll(() => fake.last("recordings")?.query.toString())
    .toBe("q=kim&from=2026-11-01&min=600&happened=elevation");
  await page.getByTestId("sealed-note").waitFor();
  await clean("recordings-filters");
  await page.reload();
  await expect.poll(() => page.getByTestId("search").inputValue()).toBe("kim");
  expect(await page.getByTestId("happened-elevation").isChecked()).toBe(true);
  await page.close();
});

test("a filter is saved, used and removed", async () => {
  await at(browser, "/#/recordings?happened=files_out%2Coff_hours");
  await page.getByTestId("save-filter").click();
  await page.getByTestId("filter-name").fill("Files out at night");
  await page.getByTestId("filter-save").click();
  const saved = page.getByTestId("saved-filter");
  await saved.waitFor();
  expect(fake.last("recordings/filters")).toBeDefined();
  await page.getByTestId("clear").click();
  await expect.poll(() => fake.last("recordings")?.query.toString()).toBe("");
  await saved.getByRole("button").first().click();
  await expect
    .poll(() => fake.last("recordings")?.query.get("happened"))
    .toBe("files_out,off_hours");
  await saved.getByRole("button", { name: "Remove the filter" }).click();
  await expect.poll(() => saved.count()).toBe(0);
  await page.close();
});

test("by keyboard alone: from one recording to the next, and into it", async () => {
  await at(browser, "/#/recordings");
  await rows().first().waitFor();
  await page.getByTestId("recording-open").first().focus();
  for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "Tab"]) {
    await page.keyboard.press(key);
  }
  await page.keyboard.press("Enter");
  await page.getByTestId("recording-details").waitFor();
  expect(await rows().nth(2).getByTestId("recording-about").getAttribute("aria-expanded")).toBe(
    "true",
  );
  await page.close();
});

test("more than a page of them, none, sealed ones, and a relay that refuses", async () => {
  const one = fake.found[1];
  fake.found = Array.from({ length: 120 }, (_, n) => ({ ...one, id: `s_${n}` }));
  await at(browser, "/#/recordings");
  await expect.poll(() => rows().count()).toBe(50);
  await page.getByTestId("show-more").click();
  await expect.poll(() => rows().count()).toBe(100);
  await page.getByTestId("show-more").click();
  await expect.poll(() => rows().count()).toBe(120);
  expect(await page.getByTestId("show-more").count()).toBe(0);
  fake.found = [];
  fake.words = false;
  await page.reload();
  await page.getByText("No session has been recorded yet").waitFor();
  expect(await page.getByTestId("sealed-note").innerText()).toContain(
    "does not find window titles",
  );
  await page.getByTestId("search").fill("nobody");
  await page.getByTestId("clear-filters").waitFor();
  fake.refuses = "storage_away";
  await page.reload();
  expect(await page.getByRole("alert").first().innerText()).toContain("The storage is away.");
  await page.close();
});

test("some are drawn to be reviewed, and why is said", async () => {
  await at(browser, "/#/recordings");
  await page.getByTestId("view-sample").click();
  await rows().first().waitFor();
  expect(await rows().first().innerText()).toContain(
    "drawn for: control, files from the host, off-hours",
  );
  await page.close();
});

test("a hold is set and ended with a reason", async () => {
  await at(browser, "/#/recordings");
  await rows().nth(1).getByTestId("recording-about").click();
  await page.getByTestId("recording-facts").waitFor();
  const facts = await page.getByTestId("recording-facts").innerText();
  expect(facts).toMatch(/Files from the host\s+invoices-2026\.xlsx 48\.2 KB\s+Windows/);
  expect(facts).toMatch(/1 more\s+Also\s+812 keys pressed, 4 chat messages, 1 text by the clip/);
  expect(facts).not.toContain("Files to the host");
  expect(facts).toMatch(/Kept until\s+May 21, 2027/);
  await clean("recording-facts");
  await page.getByTestId("hold-on").click();
  await page.getByTestId("reason").fill("case 12");
  await page.getByTestId("reason-give").click();
  await page.getByTestId("hold-off").waitFor();
  expect(await page.getByTestId("hold-state").innerText()).toContain("by Otto: case 12");
  expect(fake.last("recordings/s_1/hold")?.body).toEqual({ on: true, reason: "case 12" });
  await page.getByTestId("hold-off").click();
  await page.getByTestId("reason").fill("case closed");
  await page.getByTestId("reason-give").click();
  await page.getByTestId("hold-on").waitFor();
  await page.close();
});

test("a recording is shared with a key that came later", async () => {
  const key = (n: number) => ({ name: `Reader ${n}`, key: `age1reader${n}`, held: false });
  fake.later = [key(1), key(2)];
  await at(browser, "/#/recordings");
  await rows().nth(1).getByTestId("recording-about").click();
  await page.getByTestId("share-recording").click();
  expect(await page.getByTestId("share-with").locator("option").allInnerTexts()).toEqual([
    "Reader 1",
    "Reader 2",
  ]);
  await page.getByTestId("share-with").selectOption("Reader 2");
  expect(await page.getByTestId("share-key").count()).toBe(0);
  await clean("recordings-share");
  await page.getByTestId("reason-give").click();
  expect(fake.last("recordings/s_1/share")).toBeUndefined();
  await page.getByTestId("reason").fill("case 12");
  fake.refuses = "storage_away";
  await page.getByTestId("reason-give").click();
  await page.getByRole("dialog").getByText("The storage is away.").waitFor();
  fake.refuses = "";
  await page.getByTestId("reason-give").click();
  await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
  expect(fake.last("recordings/s_1/share")?.body).toEqual({
    reader: "Reader 2",
    reason: "case 12",
  });
  // Of one that the relay cannot open, only a page that has its key.
  await rows().nth(3).getByTestId("recording-about").click();
  await page.getByTestId("share").getByText("open the recording with your key first").waitFor();
  expect(await page.getByTestId("share-recording").count()).toBe(0);
  fake.later = [];
  await page.reload();
  await rows().nth(1).getByTestId("recording-about").click();
  await page.getByTestId("export").waitFor();
  expect(await page.getByTestId("share").count()).toBe(0);
  await page.close();
});

test("a recording is verified in the browser, and the first part that is altered is named", async () => {
  await at(browser, "/#/recordings");
  await rows().nth(1).getByTestId("recording-about").click();
  const verdict = page.getByTestId("verdict");
  await page.getByTestId("verify").click();
  await page.getByTestId("reason").fill("case 12");
  await page.getByTestId("reason-give").click();
  await verdict.waitFor();
  expect(await verdict.innerText()).toMatch(
    /Nothing is missing or altered\.\s+All 7 parts are as the host made them, up to 0:00:06\.300\.[^]*3 marks/,
  );
  expect(fake.last("recordings/s_1/open")?.body).toEqual({ reason: "case 12" });
  await clean("recordings-verified");
  for (const [file, said] of [
    ["flipped-sealed", "Part 2 (at 0:00:00.600) does not hold what the host has sealed."],
    [
      "swapped",
      "Part 2 (at 0:00:00.600) does not stand in its place, but later: part 3 stands there.",
    ],
    ["cut-between-parts", "is not there: the recording is known to have had part 6."],
  ] as const) {
    fake.file = file;
    await page.getByTestId("verify").click();
    await page.getByTestId("reason").fill("case 12");
    await page.getByTestId("reason-give").click();
    await verdict.filter({ hasText: said }).waitFor();
    expect(await verdict.getAttribute("data-verdict")).toBe("fault");
  }
  await page.close();
});

test("a recording is exported as a video that plays and seeks, and as it is", async () => {
  await at(browser, "/#/recordings");
  // Folders are chosen in a dialog of the browser's, which no test can answer.
  await page.evaluate(() => Reflect.deleteProperty(window, "showDirectoryPicker"));
  await rows().nth(1).getByTestId("recording-about").click();
  await page.getByTestId("export").click();
  await page.getByTestId("reason").fill("case 12");
  await clean("recordings-export");
  const saved = new Map<string, string>();
  const save = (d: Download) =>
    void d.path().then((path) => saved.set(d.suggestedFilename(), path));
  page.on("download", save);
  await page.getByTestId("export-give").click();
  await page.getByTestId("exported").waitFor();
  await expect.poll(() => saved.size).toBe(4);
  page.off("download", save);
  const video = readFileSync(saved.get("s_1.webm") ?? "").toString("base64");
  expect(await plays(video)).toEqual({ duration: 6.3, width: 48, height: 32, at: 0.7 });
  expect(fake.last("recordings/s_1/export")?.body).toEqual({ reason: "case 12" });
  await page.getByTestId("export").click();
  await page.getByTestId("export-sealed").check();
  await page.getByTestId("reason").fill("case 12");
  const original = page.waitForEvent("download");
  await page.getByTestId("export-give").click();
  expect((await original).url()).toBe(`${relay.url}/api/recordings/s_1/file`);
  await page.close();
});

test("what takes long says how far it is, and is stopped", async () => {
  fake.stalls = true;
  await at(browser, "/#/recordings");
  await page.evaluate(() => Reflect.deleteProperty(window, "showDirectoryPicker"));
  await rows().nth(1).getByTestId("recording-about").click();
  const left: string[] = [];
  page.on("requestfailed", (r) => void left.push(new URL(r.url()).pathname.split("/").at(-1)!));
  for (const [button, give, said, path] of [
    ["export", "export-give", "Exported: 0 bytes of about 8.1 MB", "file"],
    ["verify", "reason-give", "Verified: 0 bytes of about 8.1 MB", "parts"],
  ] as const) {
    await page.getByTestId(button).click();
    await page.getByTestId("reason").fill("case 12");
    await page.getByTestId(give).click();
    await page.getByTestId("progress").filter({ hasText: said }).waitFor();
    expect(await page.getByTestId(button).count()).toBe(0);
    await clean(`recordings-${button}-running`);
    await page.getByTestId("cancel").click();
    await page.getByTestId(button).waitFor();
    expect(await page.getByTestId("progress").count()).toBe(0);
    await eventually(`the end of "${path}"`, () => left.includes(path));
    expect(await page.getByTestId("recording-details").getByRole("alert").count()).toBe(0);
  }
  await page.close();
});

/** What the browser's own player makes of a file, which it seeks in. */
function plays(base64: string) {
  return page.evaluate(async (base64) => {
    const video = document.createElement("video");
    video.muted = true;
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    video.src = URL.createObjectURL(new Blob([bytes], { type: "video/webm" }));
    await new Promise((done, fail) => {
      video.onloadeddata = done;
      video.onerror = () => fail(new Error(video.error?.message));
    });
    video.currentTime = 0.7;
    await new Promise((done) => (video.onseeked = done));
    const { duration, videoWidth: width, videoHeight: height, currentTime: at } = video;
    return { duration, width, height, at };
  }, base64);
}

test("nobody but an auditor has the desk", async () => {
  const other = await Browser.start({ ca: relay.ca });
  try {
    page = await other.page();
    await Technician.enter(page, relay, "ines");
    await page.getByTestId("code").waitFor();
    await page.goto(`${relay.url}/#/recordings`);
    await page.getByTestId("code").waitFor();
    expect(await page.getByTestId("recordings").count()).toBe(0);
  } finally {
    await other.close();
  }
  await at(admin, "/#/recordings");
  await page.getByTestId("sessions-page").waitFor();
  expect(await page.getByTestId("go-recordings").count()).toBe(0);
  await page.close();
});

test("an administrator sees the room, and adds a key that was made in the browser", async () => {
  fake.state = "low";
  await at(admin, "/#/storage");
  await page.getByTestId("room").waitFor();
  expect(await page.getByTestId("room").innerText()).toMatch(/100,234 recordings, 512 GB, 3 live/);
  expect(await page.getByTestId("mode").getAttribute("data-sealed")).toBe("false");
  await page.getByTestId("add-reader").click();
  await page.getByTestId("reader-name").fill("Legal");
  for (const [key, said] of [
    ["AGE-SECRET-KEY-1QQQ", "secret half"],
    ["ssh-ed25519 AAAA", "begins with age1"],
    ["age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8q", "no whole public key"],
  ] as const) {
    await page.getByTestId("reader-key").fill(key);
    await page.getByTestId("reader-form").getByRole("alert").getByText(said).waitFor();
    expect(await page.getByTestId("reader-save").isDisabled()).toBe(true);
  }
  await clean("storage-add");
  await page.getByTestId("make-key").click();
  const secret = await page.getByTestId("secret-key").innerText();
  expect(secret).toMatch(/^AGE-SECRET-KEY-1[A-Z0-9]{58}$/);
  expect(await page.getByTestId("use-key").isDisabled()).toBe(true);
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByTestId("save-key").click(),
  ]);
  expect(readFileSync(await file.path()).toString()).toContain(`\n${secret}\n`);
  await page.getByTestId("key-kept").check();
  await page.getByTestId("use-key").click();
  await page.getByTestId("reader-save").click();
  await page.getByTestId("reader-row").nth(1).waitFor();
  const posted = fake.last("admin/recordings/readers")?.body;
  expect(posted).toEqual({
    name: "Legal",
    key: expect.stringMatching(/^age1[a-z0-9]{58}$/) as string,
  });
  expect(JSON.stringify(fake.asked.map(({ body }) => body))).not.toContain(secret);
  await page.close();
});

test("to remove a key says what that means, and the last one stays", async () => {
  fake.readers.push({
    name: "Legal",
    key: "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg",
    held: false,
  });
  await at(admin, "/#/storage");
  await page.getByTestId("remove-reader").first().click();
  expect(await page.getByRole("dialog").innerText()).toMatch(
    /nothing is taken back[^]*holds no key/,
  );
  await clean("storage-remove");
  await page.getByTestId("confirm").click();
  await expect
    .poll(() => fake.last("admin/recordings/readers/remove")?.body)
    .toEqual({
      name: "Auditors (key held by the relay)",
    });
  fake.readers.splice(0, 1);
  fake.sealed = true;
  await page.reload();
  await page.getByTestId("add-relay").waitFor();
  expect(await page.getByTestId("mode").innerText()).toContain("Lose every key below");
  await page.getByTestId("remove-reader").click();
  expect(await page.getByRole("dialog").innerText()).toContain("This is the last key");
  await page.getByTestId("confirm").click();
  await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
  await page.close();
});

test("the relay itself: filters are kept, and keys are added, removed and taken again", async () => {
  page = await browser.newPage();
  await page.goto(`${relay.url}/#/recordings?happened=files_out&state=complete`);
  await page.getByTestId("clear-filters").waitFor();
  await page.getByTestId("save-filter").click();
  await page.getByTestId("filter-name").fill("Files out");
  await page.getByTestId("filter-save").click();
  await page.getByTestId("saved-filter").waitFor();
  await page.goto(`${relay.url}/#/recordings`);
  await page.reload();
  await page.getByText("No session has been recorded yet").waitFor();
  await page.getByTestId("saved-filter").getByRole("button").first().click();
  expect(await page.getByTestId("happened-files_out").isChecked()).toBe(true);
  await page.getByTestId("view-sample").click();
  await page.getByText("or there is none").waitFor();
  await page.close();

  page = await admin.newPage();
  await page.goto(`${relay.url}/#/storage`);
  await page.getByTestId("reader-row").waitFor();
  expect(await page.getByTestId("room").innerText()).toMatch(/0 recordings[^]*Free on the disk/);
  await page.getByTestId("add-reader").click();
  await page.getByTestId("reader-name").fill("Legal");
  await page.getByTestId("make-key").click();
  await page.getByTestId("key-kept").check();
  await page.getByTestId("use-key").click();
  await page.getByTestId("reader-save").click();
  await page.getByTestId("reader-row").nth(1).waitFor();
  await page.getByTestId("remove-reader").first().click();
  await page.getByTestId("confirm").click();
  await page.locator("[data-testid=mode][data-sealed=true]").waitFor();
  await page.getByTestId("add-relay").click();
  await page.locator("[data-testid=mode][data-sealed=false]").waitFor();
  expect(await page.getByTestId("reader-row").count()).toBe(2);
  await page.close();
});
