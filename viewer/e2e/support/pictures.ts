import type { Page } from "playwright-core";

/** What a page knows of the pictures that its player has drawn. */
interface Pictures {
  count: number;
  /** The time of the last one, in milliseconds of the recording. */
  time: number;
  isInOrder: boolean;
  /** From the last click or key to the last picture, in milliseconds. */
  took(): number;
}

declare global {
  interface Window {
    pictures: Pictures;
  }
}

/** Has the page count the pictures from now on. */
export async function watchPictures(page: Page): Promise<void> {
  await page.evaluate(() => {
    let asked = performance.now();
    let drawn = asked;
    const pictures: Pictures = { count: 0, time: -1, isInOrder: true, took: () => drawn - asked };
    const hear = (e: Event) => (asked = e.timeStamp);
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, hear, { capture: true });
    const look = () => {
      const canvas = document.querySelector<HTMLElement>("[data-testid=player-picture]");
      const time = Number(canvas?.dataset["time"] ?? -1);
      if (time === pictures.time) return;
      drawn = performance.now();
      pictures.isInOrder &&= time > pictures.time;
      pictures.time = time;
      pictures.count++;
    };
    const what = { subtree: true, childList: true, attributeFilter: ["data-time"] };
    new MutationObserver(look).observe(document.body, what);
    window.pictures = pictures;
  });
}
