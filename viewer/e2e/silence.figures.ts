import { afterAll, beforeAll, expect, test } from "vitest";
import { firstPicture, idle, takeHold } from "./support/feel.ts";
import { table } from "./support/figures.ts";
import { keep } from "./support/folder.ts";
import { needsOwnNamespaces } from "./support/network.ts";
import { countPackets } from "./support/packets.ts";
import { openOwn, type OwnPeer } from "./support/peers.ts";
import { sleep } from "./support/wait.ts";

// What a session costs while nothing happens: who sends which packets, and that none of them is
// video. SILENCE_SECONDS says for how long it is watched.
const seconds = Number(process.env["SILENCE_SECONDS"] ?? "60");
const settling = 6; // seconds that `idle` waits first, in which there is no video either

let peer: OwnPeer;

beforeAll(async () => {
  needsOwnNamespaces(); // or the packets of others would be counted
  peer = await openOwn({ seed: 7, viewport: { width: 1920, height: 1080 } });
  await firstPicture(peer);
  await takeHold(peer);
});

afterAll(() => peer?.close());

test("a silence costs no video", { timeout: (seconds + 60) * 1000 }, async () => {
  await peer.stage.scene("idle");
  await sleep(6_000);
  const counted = await countPackets({
    host: [peer.host.program.pid],
    browser: peer.technician.browser.pids,
  });
  const spent = await idle(peer, seconds);
  const packets = [...(await counted())].filter(([, { packets }]) => packets > 0);
  const rate = (bytes: number) => ((8 * bytes) / 1000 / (seconds + settling)).toFixed(2);
  const rows = packets.map(([title, count]) => [
    title,
    String(count.packets),
    (count.bytes / count.packets).toFixed(0),
    rate(count.bytes),
  ]);
  const sum = packets.reduce((all, [, { bytes }]) => all + bytes, 0);
  rows.push(["all", "", "", rate(sum)]);
  const cpu = `Cores: host ${spent["idle.cpu"]!.toFixed(4)}, X server ${spent["idle.server"]!.toFixed(4)}; others ${spent["idle.others"]!.toFixed(2)}.`;
  const text = [
    `${seconds} seconds of silence.`,
    table(["who, what", "packets", "bytes each", "kbit/s"], rows),
    cpu,
  ].join("\n\n");
  keep("silence.md", `\n${text}\n`);
  console.log(text);
  expect(packets.filter(([title]) => title.endsWith(": RTP"))).toEqual([]);
});
