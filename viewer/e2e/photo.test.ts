import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findings } from "./support/axe.ts";
import { Browser } from "./support/chromium.ts";
import { face } from "./support/programs.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { vector } from "./support/wire.ts";

// What people learn of a technician before they answer, and what administrators learn of what
// people say to that. The host is a page that speaks the protocol by hand.
let relay: Relay;
let technician: Technician;
let admin: Browser;
let stranger: Browser;

beforeAll(async () => {
  relay = await Relay.start(["--organisation", "Example Help Desk"]);
  await Technician.addTo(relay, "ines");
  await Technician.addTo(relay, "ada", "admin");
  [technician, admin, stranger] = await Promise.all([
    Technician.signIn(relay, "ines"),
    Browser.start({ ca: relay.ca }),
    Browser.start({ ca: relay.ca }),
  ]);
});

afterAll(async () => {
  await technician?.close();
  await admin?.close();
  await stranger?.close();
  await relay?.remove();
});

interface Message {
  type: string;
  [field: string]: unknown;
}

/** A host without a program: it says and hears messages as they are. */
class RawHost {
  private constructor(private readonly page: Page) {}

  static async open(): Promise<RawHost> {
    const page = await stranger.newPage();
    await page.goto(`${relay.url}/get`);
    await page.evaluate(() => {
      const line = new WebSocket(`wss://${location.host}/signal/host`);
      const heard: string[] = [];
      line.onmessage = (e) => heard.push(String(e.data));
      Object.assign(window, { line, heard });
      return new Promise((open) => (line.onopen = open));
    });
    return new RawHost(page);
  }

  say(text: string): Promise<void> {
    return this.page.evaluate((text) => {
      (window as unknown as { line: WebSocket }).line.send(text);
    }, text);
  }

  /** The first message of a kind. */
  async hears(type: string): Promise<Message> {
    const found = await this.page.waitForFunction((type) => {
      const { heard } = window as unknown as { heard: string[] };
      return heard.map((text) => JSON.parse(text) as Message).find((m) => m.type === type);
    }, type);
    return (await found.jsonValue()) as Message;
  }

  close(): Promise<void> {
    return this.page.close();
  }
}

/** A host that is asked by Ines. */
async function asked(): Promise<{ host: RawHost; request: Message }> {
  const host = await RawHost.open();
  const register = { ...(JSON.parse(vector("register.json")) as object), invitation: undefined };
  await host.say(JSON.stringify(register));
  const { code } = await host.hears("code");
  await technician.page.goto("about:blank");
  await technician.page.goto(relay.url);
  await technician.page.getByTestId("code").waitFor();
  await technician.redeem(String(code));
  return { host, request: await host.hears("request") };
}

/** The width and height that a PNG file says it has. */
function sizeOf(png: Buffer): [number, number] {
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

test(
  "a photo is chosen, looked at, used, shown to who is asked, and taken away",
  { timeout: 240_000 },
  async () => {
    const before = await asked();
    expect(before.request["photo"]).toBeUndefined();
    await before.host.close();

    const { page } = technician;
    await page.goto(`${relay.url}/account`);
    const file = page.getByTestId("photo-file");
    await file.setInputFiles({ name: "x.png", mimeType: "image/png", buffer: Buffer.from("no") });
    expect(await page.getByTestId("photo").getByRole("alert").innerText()).toContain("no picture");
    await file.setInputFiles(await face(page, 3000, 2000));
    const seen = page.getByRole("img", { name: "Photo of ines" });
    expect(await seen.getAttribute("src")).toMatch(/^blob:/);
    expect(await findings(page, "account-preview")).toEqual([]);
    await page.getByTestId("photo-cancel").click();
    await seen.waitFor({ state: "detached" });
    await file.setInputFiles(await face(page, 3000, 2000));
    await page.getByTestId("photo-save").click();
    await page.getByTestId("photo-remove").waitFor();
    const wide = () => seen.evaluate((img: HTMLImageElement) => img.naturalWidth);
    await expect.poll(wide).toBe(96); // it is the relay's now

    const { host, request } = await asked();
    const photo = Buffer.from(String(request["photo"]), "base64");
    expect(sizeOf(photo)).toEqual([96, 96]);
    expect(photo.length).toBeLessThanOrEqual(24 << 10);
    await host.close();

    // An administrator thinks better of it.
    const board = await admin.page();
    await Technician.enter(board, relay, "ada");
    await board.getByTestId("go-people").click();
    await board.getByTestId("person-ines").click();
    await board.getByRole("img", { name: "Photo of ines" }).waitFor();
    expect(await findings(board, "people-photo")).toEqual([]);
    await board.getByTestId("person-photo-remove").click();
    await board.getByTestId("person-photo-remove").waitFor({ state: "detached" });
    const after = await asked();
    expect(after.request["photo"]).toBeUndefined();
    await after.host.close();
  },
);

test(
  "a report ends it, and administrators see it wherever they see the technician",
  { timeout: 240_000 },
  async () => {
    const { host } = await asked();
    await host.say(vector("report.json"));
    await technician.page.getByTestId("ended").waitFor();
    expect(await technician.page.getByTestId("ended").innerText()).toContain("called nobody");

    const board = await admin.page();
    await board.goto(`${relay.url}/#/people`);
    await board.reload();
    const row = board.getByTestId("person-ines");
    expect(await row.getByTestId("reports").innerText()).toBe("reported once in 90 days");
    await row.click();
    expect(await findings(board, "people-reported")).toEqual([]);
    await board.getByTestId("reports-note").getByRole("link").click();
    const entries = board.getByTestId("journal-row");
    await entries.first().waitFor();
    expect(await board.getByTestId("journal-kind").inputValue()).toBe("reported");
    expect(await entries.count()).toBe(1);
    expect(await findings(board, "journal-reported")).toEqual([]);
    expect(await entries.first().innerText()).toMatch(/Technician reported by host about ines/);

    // Whoever was reported is marked in what they do next.
    const next = await asked();
    await board.goto(`${relay.url}/#/sessions`);
    expect(await board.getByTestId("session-row").getByTestId("reports").innerText()).toContain(
      "reported once",
    );
    expect(await findings(board, "sessions-reported")).toEqual([]);
    await next.host.close();
    await host.close();
  },
);
