import { afterAll, beforeAll, expect, test } from "vitest";
import { Desktop } from "./support/desktop.ts";
import { Host } from "./support/host.ts";
import { Relay } from "./support/relay.ts";
import { Technician } from "./support/technician.ts";
import { eventually } from "./support/wait.ts";

// What the technician sees of the connection, while something moves on the host's screen.
let desktop: Desktop;
let relay: Relay;
let host: Host;
let technician: Technician;

beforeAll(async () => {
  desktop = await Desktop.start({ width: 1280, height: 720 });
  desktop.open("xterm", ["-T", "clock", "-e", "sh", "-c", "while date +%N; do sleep 0.04; done"]);
  await desktop.window("^clock$");
  relay = await Relay.start([]);
  await Technician.addTo(relay, "ines");
  host = Host.start(desktop, relay);
  technician = await Technician.signIn(relay, "ines");
});

afterAll(async () => {
  await technician?.close();
  await host?.stop();
  await relay?.remove();
  await desktop?.stop();
});

const panel = () => technician.page.getByTestId("stats");

/** The figures of the panel by their names, as they are written. */
async function figures(): Promise<Record<string, string>> {
  const cells = await panel().locator("dl > div").all();
  const pairs = cells.map(async (cell) => [
    await cell.locator("dt").innerText(),
    await cell.locator("dd").textContent(),
  ]);
  return Object.fromEntries((await Promise.all(pairs)) as [string, string][]);
}

/** What each figure is, in a session on one machine. */
const plausible: Record<string, (value: number) => boolean> = {
  "Round trip": (ms) => ms < 500,
  Queue: (ms) => ms < 1000,
  Loss: (percent) => percent < 50,
  Data: (kbps) => kbps > 1,
  Pictures: (rate) => rate >= 1 && rate <= 60,
  Encode: (ms) => ms > 0 && ms < 1000,
  "Host CPU": (percent) => percent > 0 && percent <= 100,
  "Lendhand CPU": (percent) => percent > 0 && percent <= 100,
  Decode: (ms) => ms > 0 && ms < 1000,
  Buffer: (ms) => ms < 1000,
};

test("the panel shows what both sides know", async ({ onTestFailed }) => {
  onTestFailed(() => console.error([relay, host, technician].map((p) => p.report()).join("\n")));
  await technician.redeem(await host.code());
  await host.request();
  host.say("control");
  await technician.seesScreen();
  expect(await panel().count()).toBe(0);
  const { page } = technician;
  await page.getByTestId("stats-toggle").click();

  let seen: Record<string, string> = {};
  const wrong = () =>
    Object.entries(plausible)
      .filter(([name, is]) => !is(Number.parseFloat(seen[name]?.replaceAll(",", "") ?? "")))
      .map(([name]) => `${name} ${seen[name]}`);
  await eventually("every figure", async () => {
    seen = await figures();
    return wrong().length === 0;
  }).catch((error: Error) => {
    throw new Error(`${error.message}: ${wrong().join("; ")}`);
  });
  expect(seen["Path"]).toBe("direct, udp");
  expect(seen["Size"]).toBe("1280 × 720");
  expect(seen["Codec"]).toMatch(/^(AV1|VP9|VP8)$/);
  expect(seen["Bandwidth"]).toMatch(/^(–|[\d.]+ [kM]bit\/s)$/); // nothing may have been slow enough to tell

  // Whoever looks again has the host's figures again.
  await page.getByTestId("stats-toggle").click();
  await panel().waitFor({ state: "detached" });
  await page.getByTestId("stats-toggle").click();
  await expect.poll(async () => (await figures())["Host CPU"]).toMatch(/^\d+ %$/);
  await page.getByTestId("stats-toggle").click();
});

test("the button tells of what is slow, and the panel says it", async () => {
  const { page } = technician;
  await page.evaluate(farAway, 0.243);
  const dot = page.getByTestId("slow-dot");
  await dot.waitFor();
  // What the host told before may count for a moment.
  const title = () => page.getByTestId("stats-toggle").getAttribute("title");
  const long = "The way to the host is long: 240 ms there and back.";
  await expect.poll(title, { timeout: 10_000 }).toContain(long);
  await page.getByTestId("stats-toggle").click();
  await dot.waitFor({ state: "detached" });
  // The host's computer may be busier than the way is long.
  const words = await page.getByTestId("slow").innerText();
  expect(words).toMatch(/^[A-Z\d].+\.$/);
  expect(words).not.toContain("Nothing");
});

/** Has the browser report a round trip of so many seconds. */
function farAway(seconds: number): void {
  const { getStats } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.getStats = async function (this: RTCPeerConnection) {
    const report = await getStats.call(this, null);
    const changed = new Map<string, unknown>();
    report.forEach((entry: { type: string }, id) => {
      const isPair = entry.type === "candidate-pair";
      changed.set(id, isPair ? { ...entry, currentRoundTripTime: seconds } : entry);
    });
    return changed as unknown as RTCStatsReport;
  };
}
