import type { Page } from "playwright-core";
import { Browser, pageSpot, type BrowserOptions } from "./chromium.ts";
import type { Host } from "./host.ts";
import type { Relay, Role } from "./relay.ts";

const password = "correct horse battery";

/** A signed-in technician in front of their browser. */
export class Technician {
  private constructor(
    readonly browser: Browser,
    readonly page: Page,
  ) {}

  /** Makes the account, as an administrator does. */
  static async addTo(relay: Relay, name: string, role: Role = "technician"): Promise<void> {
    await relay.addUser(name, role, password);
  }

  /** Opens the relay's page and signs in. `query` is for diagnosis, such as `?path=relay`. */
  static async signIn(relay: Relay, name: string, query = "", options: BrowserOptions = {}) {
    const browser = await Browser.start({ ca: relay.ca, ...options });
    try {
      const page = await browser.page();
      await Technician.enter(page, relay, name, query);
      await page.getByTestId("code").waitFor();
      return new Technician(browser, page);
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  /** Opens the relay's page and types name and password. Whoever has an account can do that. */
  static async enter(page: Page, relay: Relay, name: string, query = ""): Promise<void> {
    await page.goto(`${relay.url}/${query}`);
    await page.getByTestId("sign-in-name").fill(name);
    await page.getByTestId("sign-in-password").fill(password);
    await page.getByTestId("sign-in").click();
  }

  /** The same person at another page of the same browser. */
  async another(relay: Relay, query = ""): Promise<Technician> {
    const page = await this.browser.newPage();
    await page.goto(`${relay.url}/${query}`);
    await page.getByTestId("code").waitFor();
    return new Technician(this.browser, page);
  }

  /** Types a code and asks for a session. */
  async redeem(code: string, ask: "view" | "control" = "control"): Promise<void> {
    await this.page.getByTestId("code").fill(code);
    await this.page.getByTestId(`ask-${ask}`).check({ force: true });
    await this.page.getByTestId("connect").click();
  }

  /** Gets control of a host whose person says yes, from its code on. */
  async takesControl(host: Host): Promise<void> {
    await this.redeem(await host.code());
    await host.request();
    host.say("control");
    await this.seesScreen();
    await this.may("control");
  }

  /** Waits for the first picture of the host's screen. */
  async seesScreen(timeout = 15_000): Promise<void> {
    await this.page.waitForFunction(
      () => {
        const video = document.querySelector<HTMLVideoElement>("[data-testid=screen]");
        return (video?.videoWidth ?? 0) > 0 && video!.currentTime > 0;
      },
      undefined,
      { timeout },
    );
  }

  /** Waits until the host allows this much. */
  async may(what: "view" | "control"): Promise<void> {
    await this.page.locator(`[data-testid=mode].${what}`).waitFor();
  }

  /** Waits for the state of the connection in a word. Gives what the page says beside it. */
  async connection(label: string, timeout = 15_000): Promise<string> {
    const pill = this.page.getByTestId("connection").filter({ hasText: label });
    await pill.waitFor({ timeout });
    return (await pill.getAttribute("title")) ?? "";
  }

  /** Waits for the end of the session. Gives its cause, and what the page says about it. */
  async ended(timeout = 15_000): Promise<{ cause: string | null; words: string }> {
    const panel = this.page.getByTestId("ended");
    await panel.waitFor({ timeout });
    return { cause: await panel.getAttribute("data-cause"), words: await panel.innerText() };
  }

  /** What the page says did not work. */
  problem(): Promise<string> {
    return this.page.getByRole("alert").innerText();
  }

  /** Moves the pointer to a place on the host's screen. */
  async pointAt(x: number, y: number): Promise<void> {
    const spot = await pageSpot(this.page, x, y);
    await this.page.mouse.move(spot.x, spot.y);
  }

  /** Clicks at a place on the host's screen. */
  async clickAt(x: number, y: number): Promise<void> {
    const spot = await pageSpot(this.page, x, y);
    await this.page.mouse.click(spot.x, spot.y);
  }

  /** Drags from one place on the host's screen to another, at a person's pace. */
  async drag(from: Place, to: Place, steps = 16): Promise<void> {
    await this.pointAt(from.x, from.y);
    await this.page.mouse.down();
    for (let step = 1; step <= steps; step++) {
      const part = step / steps;
      await this.pointAt(from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part);
      await this.page.waitForTimeout(40);
    }
    await this.page.mouse.up();
  }

  report(): string {
    return this.browser.report();
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

interface Place {
  x: number;
  y: number;
}
