import type { Page } from "playwright-core";
import { Browser, type BrowserOptions } from "./chromium.ts";
import type { Relay } from "./relay.ts";

/** The title of the tab that a person shows; the browser chooses it for them. */
const shown = "What I show";

/** A person who shows something in their browser to somebody who helps: nothing is installed. */
export class Person {
  private constructor(
    readonly browser: Browser,
    readonly page: Page,
    private readonly url: string,
  ) {}

  /** Opens the page. The browser answers its own question by what `args` say. */
  static async open(relay: Relay, options: BrowserOptions = {}, fragment = ""): Promise<Person> {
    const browser = await Browser.start({ ca: relay.ca, ...options });
    try {
      const page = await browser.page();
      await page.goto(`${relay.url}/share${fragment}`);
      await page.getByTestId("share-start").waitFor();
      return new Person(browser, page, relay.url);
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  /** One who will show another tab, of this colour. */
  static async withTab(relay: Relay, colour: string): Promise<{ person: Person; tab: Page }> {
    const args = [`--auto-select-tab-capture-source-by-title=${shown}`];
    const person = await Person.open(relay, { args });
    const tab = await person.browser.newPage();
    await tab.setViewportSize({ width: 800, height: 600 });
    await tab.goto(`data:text/html,<title>${shown}</title><body style="background:${colour}">`);
    await person.page.bringToFront();
    return { person, tab };
  }

  /** Asks for a number, and reads it out. */
  async code(): Promise<string> {
    await this.page.getByTestId("share-begin").click();
    const code = this.page.getByTestId("share-code").filter({ hasText: /\d/ });
    return ((await code.textContent()) ?? "").replaceAll(" ", "");
  }

  /** Waits for the question, and for the time in which its buttons do nothing. */
  async isAsked(): Promise<void> {
    await this.page.getByTestId("share-request").waitFor();
    await this.page.locator("[data-testid=share-yes][aria-disabled=false]").waitFor();
  }

  /** Lets them look. */
  async yes(): Promise<void> {
    await this.isAsked();
    await this.page.getByTestId("share-yes").click();
  }

  /** Waits for the state of the bar: `on`, `busy` or `paused`. */
  async bar(look: string, timeout = 15_000): Promise<void> {
    await this.page.locator(`[data-testid=share-bar][data-look=${look}]`).waitFor({ timeout });
  }

  /** Waits for the end. Gives its cause, and what the page says about it. */
  async ended(timeout = 15_000): Promise<{ cause: string | null; words: string }> {
    const panel = this.page.getByTestId("ended");
    await panel.waitFor({ timeout });
    return { cause: await panel.getAttribute("data-cause"), words: await panel.innerText() };
  }

  report(): string {
    return `${this.url}\n${this.browser.report()}`;
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}
