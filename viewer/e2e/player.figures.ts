import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { Browser } from "./support/chromium.ts";
import { Cinema } from "./support/film.ts";
import { keep } from "./support/folder.ts";
import { watchPictures } from "./support/pictures.ts";

// How long one waits for pictures of a recording: of the one that LENDHAND_FILM names, such as
// eight hours made by `go run ./client/internal/film -seconds 28800 -rest 240`, or of the tests' own.
const film = process.env["LENDHAND_FILM"];
const seeks = 60;

/** Clicks a place on the line of time. Gives how long its picture took, in milliseconds. */
async function seek(page: Page, share: number): Promise<number> {
  const box = (await page.getByTestId("player-timeline").boundingBox())!;
  const before = await page.evaluate(() => window.pictures.count);
  await page.mouse.click(box.x + box.width * share, box.y + box.height / 2);
  await page.waitForFunction((before) => window.pictures.count > before, before);
  return page.evaluate(() => window.pictures.took());
}

test("the first picture, and those that are sought", { timeout: 200_000 }, async () => {
  const [browser, cinema] = await Promise.all([Browser.start(), Cinema.open(film)]);
  try {
    const page = await browser.newPage();
    await page.goto(cinema.at());
    await page.getByTestId("open-reason").fill("figures");
    await watchPictures(page);
    await page.getByTestId("open").click();
    await page.locator("[data-testid=player-picture][data-time]").waitFor();
    const first = await page.evaluate(() => window.pictures.took());
    const times: number[] = [];
    // By the golden ratio, places are spread evenly, and no two are near each other in time.
    for (let n = 1; n <= seeks; n++) times.push(await seek(page, (n * 0.618) % 1));
    times.sort((a, b) => a - b);
    const at = (share: number) => Math.round(times[Math.floor(share * (seeks - 1))]!);
    const hours = (cinema.about.length / 3_600_000).toFixed(2);
    keep(
      "player.md",
      `| recording | first picture | seek, median | 19 of 20 | longest |\n|---|---|---|---|---|\n` +
        `| ${hours} h, ${(cinema.about.bytes / 1e6).toFixed(1)} MB | ${Math.round(first)} ms | ` +
        `${at(0.5)} ms | ${at(0.95)} ms | ${at(1)} ms |\n`,
    );
    expect(first).toBeLessThan(1000);
  } finally {
    await browser.close();
    await cinema.close();
  }
});
