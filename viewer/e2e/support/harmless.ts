/** What becomes of a page that shows what others wrote: nothing. */

import type { Page } from "playwright-core";

/** Gathers what a text has set off: dialogs, requests to elsewhere, errors, the page's policy. */
export function alarmsOf(page: Page, home: string): string[] {
  const alarms: string[] = [];
  page.on("dialog", (dialog) => {
    alarms.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (m) => {
    if (/Content.Security.Policy|TrustedHTML|TrustedScript/i.test(m.text())) alarms.push(m.text());
  });
  page.on("pageerror", (error) => alarms.push(`uncaught: ${error.message}`));
  page.on("request", (r) => {
    const { protocol, origin } = new URL(r.url());
    if (!["data:", "blob:"].includes(protocol) && origin !== home) {
      alarms.push(`asked for ${r.url()}`);
    }
  });
  return alarms;
}

/** Elements that no page of ours has, and attributes that run or load something. */
export function strangers(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const foreign =
      "#app :is(script, iframe, img:not(.host-pointer), object, embed, base, meta, link, style, audio, math, marquee, template)";
    const found = [...document.querySelectorAll(foreign)];
    const loading = ["href", "xlink:href", "src", "srcdoc", "action", "formaction", "data"];
    const armed = [...document.querySelectorAll("#app *")].filter((element) =>
      [...element.attributes].some(
        ({ name, value }) =>
          name.startsWith("on") ||
          (loading.includes(name) && /^\s*(javascript|data):/i.test(value)),
      ),
    );
    return [...found, ...armed].map((element) => element.outerHTML.slice(0, 100));
  });
}
