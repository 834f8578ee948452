import { expect, test } from "vitest";
import { Desktop } from "./support/desktop.ts";
import { processorTime, table } from "./support/figures.ts";
import { keep } from "./support/folder.ts";
import { Office } from "./support/office.ts";
import { Host } from "./support/host.ts";
import { screen } from "./support/peers.ts";
import { recordedBytes } from "./support/recorded.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";

// How many bytes the recording of an hour of office work has, at 1920 × 1080, and what the host's program
// needed: `make soak` plays the hour and prints viewer/e2e/out/office.md. In part, after `make build stage`:
//
//   OFFICE_MINUTES=10 LENDHAND_KIND=figures .ci/e2e e2e/office.figures.ts
const minutes = Number(process.env["OFFICE_MINUTES"]);
const mega = 1e6;

test("an hour in the office", { timeout: (minutes + 5) * 60_000 }, async () => {
  const desktop = await Desktop.start(screen);
  const relay = await Relay.start();
  await Technician.addTo(relay, "ines");
  await relay.changeRules({ recording: "required" });
  const technician = await Technician.signIn(relay, "ines", "", screen);
  const host = Host.start(desktop, relay);
  const measure = () => [recordedBytes(relay), processorTime(host.program.pid)] as const;
  try {
    await technician.takesControl(host);
    const office = await Office.begin(desktop, technician);
    const rows: string[][] = [];
    let [bytes, spent] = measure();
    const begin = bytes;
    for (let minute = 1; minute <= minutes; minute++) {
      await office.minute();
      const [kept, used] = measure();
      rows.push([
        `${minute}`,
        ((kept - bytes) / mega).toFixed(2),
        ((used - spent) / 60).toFixed(3),
      ]);
      [bytes, spent] = [kept, used];
    }
    const sum = (bytes - begin) / mega;
    const hour = `${minutes} minutes: ${sum.toFixed(1)} MB, ${((sum * 60) / minutes).toFixed(1)} MB an hour`;
    keep("office.md", `\n${hour}\n\n${table(["minute", "MB", "host's CPU, cores"], rows)}\n`);
    console.log(hour);
    expect(bytes).toBeGreaterThan(begin);
  } catch (error) {
    throw new Error(`${String(error)}\n${host.report()}\n${technician.report()}`, { cause: error });
  } finally {
    await technician.close();
    await host.stop();
    await relay.remove();
    await desktop.stop();
  }
});
