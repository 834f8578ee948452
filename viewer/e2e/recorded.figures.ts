import { expect, test } from "vitest";
import { Browser } from "./support/chromium.ts";
import { Desktop } from "./support/desktop.ts";
import { spread, table } from "./support/figures.ts";
import { keep } from "./support/folder.ts";
import { Host } from "./support/host.ts";
import { GOOD, Screening, Shift } from "./support/recorded.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { eventually, sleep } from "./support/wait.ts";

// How like a recording is to what the desktop showed, and how large: of a session as long as
// LENDHAND_RECORDED_SECONDS says, ten minutes unless it does. A round of work is followed by a rest.
const seconds = Number(process.env["LENDHAND_RECORDED_SECONDS"] ?? 600);
const rest = 12;

test("a session at work", { timeout: (seconds + 300) * 1000 }, async () => {
  const desktop = await Desktop.start();
  const relay = await Relay.start();
  await Technician.addTo(relay, "ines");
  await Technician.addTo(relay, "otto", "auditor");
  await relay.changeRules({ recording: "required" });
  const technician = await Technician.signIn(relay, "ines");
  const host = Host.start(desktop, relay);
  const auditor = await Browser.start({ ca: relay.ca });
  try {
    const end = performance.now() + seconds * 1000;
    await technician.takesControl(host);
    const shift = await Shift.begin(desktop, technician);
    do {
      await shift.work();
      await sleep(Math.min(rest * 1000, Math.max(0, end - performance.now())));
    } while (performance.now() < end);
    host.say("stop");
    await host.event("stopped");
    const page = await auditor.page();
    await Technician.enter(page, relay, "otto");
    await page.getByTestId("go-recordings").waitFor();
    await page.goto(`${relay.url}/#/recordings?state=complete`);
    await eventually("the recording", async () => {
      await page.reload();
      await page.getByTestId("found-count").waitFor({ state: "attached" });
      return (await page.getByTestId("recording-row").count()) === 1;
    });
    await page.getByTestId("recording-open").click();
    await page.getByTestId("open-recording").waitFor();
    const screening = new Screening(page, relay, page.url().split("/").at(-1)!);
    await screening.open("figures");
    const { begins, length, bytes } = await screening.span();
    const rows: string[][] = [];
    const all: number[] = [];
    for (const moment of shift.moments) {
      const likeness = await screening.likeness(moment);
      all.push(likeness);
      const at = ((moment.time - begins) / 1000).toFixed(1);
      rows.push([moment.name, at, likeness.toFixed(1)]);
    }
    const hour = (bytes / 1e6) * (3_600_000 / length);
    const sum = `${(length / 1000).toFixed(0)} s of work and rest: ${(bytes / 1e6).toFixed(2)} MB, ${hour.toFixed(1)} MB an hour`;
    const likeness = `Luma PSNR of ${all.length} moments, in dB: median ${spread(all)}`;
    keep("recorded.md", `\n${sum}. ${likeness}.\n\n${table(["moment", "second", "dB"], rows)}\n`);
    expect(Math.min(...all)).toBeGreaterThanOrEqual(GOOD);
  } finally {
    await auditor.close();
    await technician.close();
    await host.stop();
    await relay.remove();
    await desktop.stop();
  }
});
