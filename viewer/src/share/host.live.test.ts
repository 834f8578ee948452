import { describe, expect, it } from "vitest";
import { Exchange } from "../words/exchange.ts";
import {
  clock,
  FakePeer,
  keepTime,
  offer,
  own,
  setUp,
  theirs,
  turns,
  vector,
} from "./host.fixture.ts";
import { SETTLE_MS } from "./host.ts";
import { newSessionKey } from "./jwt.ts";
import type { SessionKey } from "./jwt.ts";

keepTime();

describe("while somebody looks", () => {
  it("whatever their hands do is acknowledged, refused and dropped", async () => {
    const { live, pass } = await setUp();
    const peer = await live();
    peer.hears("input", vector("input"));
    peer.hears("input", { ...(vector("input") as object), first: 1 });
    peer.hears("pointer", vector("pointer"));
    await turns();
    expect(peer.acked).toEqual([5]); // the first one left a gap
    const refusals = () => peer.told.filter((m) => m.type === "error");
    expect(refusals()).toEqual([expect.objectContaining({ code: "scope_missing" })]);
    await pass(1000);
    peer.hears("pointer", vector("pointer"));
    await turns();
    expect(refusals()).toHaveLength(2);
  });

  it.each([
    ["an unknown message", "control", '{"type":"run"}'],
    ["one that belongs elsewhere", "control", JSON.stringify(vector("input"))],
    ["broken JSON", "chat", "{"],
    ["a clipboard", "input", '{"type":"clipboard","text":"x"}'],
  ] as const)("%s ends it", async (_, on, text) => {
    const { live, now } = await setUp();
    const peer = await live();
    peer.hears(on, text);
    await turns();
    expect(now()).toMatchObject({ phase: "ended", reason: "error" });
  });

  it("a further request gets a no, and the person is told", async () => {
    const { live, say, link, liveNow, host } = await setUp();
    await live();
    say({ ...(vector("request") as object), requestId: "r_2" });
    const no = { type: "refuse", requestId: "r_2", reason: "declined" };
    expect(link.sent.at(-1)).toEqual(no);
    expect(liveNow().hasAskedForMore).toBe(true);
    host.seen();
    expect(liveNow().hasAskedForMore).toBe(false);
  });

  it("a pause takes the picture away, says so to both, and ends", async () => {
    const { live, host, link, choosing, relay, say } = await setUp();
    const peer = await live();
    host.pause(true);
    expect(peer.shown).toBeNull();
    expect(choosing.picture.track.enabled).toBe(false);
    expect(peer.told.at(-1)).toMatchObject({ type: "permissions", paused: true });
    expect(link.sent.at(-1)).toEqual({ type: "paused", on: true });
    peer.hears("control", { type: "watch" });
    await turns();
    expect(peer.last("monitors")).toBeUndefined();
    relay().up(true);
    say({ type: "resumed", state: "active" });
    expect(link.sent.at(-1)).toEqual({ type: "paused", on: true });
    host.pause(false);
    expect(peer.shown).toBe(choosing.picture.track);
    expect(peer.last("permissions")).not.toHaveProperty("paused");
    expect(peer.last("monitors")).toMatchObject({ shown: 0 });
  });

  it("another size of the picture is told", async () => {
    const { live, choosing } = await setUp();
    const peer = await live();
    choosing.picture.size = { width: 640, height: 480 };
    choosing.picture.heard?.resized();
    expect(peer.told.at(-1)).toEqual({ type: "screen", width: 640, height: 480, number: 2 });
  });

  it("there is one monitor, and no other", async () => {
    const { live } = await setUp();
    const peer = await live();
    peer.hears("control", { type: "watch", monitor: 3 });
    await turns();
    expect(peer.last("error")).toMatchObject({ code: "not_found" });
    expect(peer.last("monitors")).toMatchObject({
      monitors: [{ id: 0, name: "Shared window · 800 × 600", primary: true }],
    });
  });

  it("figures come while they are wanted", async () => {
    const { live, pass } = await setUp();
    const peer = await live();
    peer.hears("control", { type: "observe", on: true });
    await turns();
    await pass(2000);
    const count = () => peer.told.filter((m) => m.type === "figures").length;
    expect(count()).toBe(2);
    peer.hears("control", { type: "observe", on: false });
    await turns();
    await pass(2000);
    expect(count()).toBe(2);
  });

  it("both have the same words, and what the person says of them is told", async () => {
    const { live, host, link, liveNow } = await setUp();
    const peer = await live();
    const { commitment } = peer.told[0] as { commitment: string };
    const technician = new Exchange({ sessionId: "s_1", host: own, technician: theirs });
    peer.hears("control", { type: "nonce", nonce: technician.bind(commitment) });
    await turns();
    const { nonce } = peer.last("reveal") as { nonce: string };
    expect(await technician.open(nonce)).toEqual(liveNow().words?.words);
    host.compared("same");
    expect(link.sent.at(-1)).toEqual({ type: "compared", result: "same" });
    expect(peer.last("compared")).toEqual({ type: "compared", result: "same" });
    expect(liveNow().words?.mine).toBe("same");
  });

  it.each([
    ["a second nonce", (p: FakePeer) => [0, 1].forEach(() => p.hears("control", vector("nonce")))],
    [
      "other words at the technician's",
      (p: FakePeer) => p.hears("control", { type: "compared", result: "different" }),
    ],
    ["a key that is not proved", (p: FakePeer) => p.listener.mistrust("dtls")],
  ])("%s ends it", async (_, act) => {
    const { live, now } = await setUp();
    act(await live());
    await turns();
    expect(now()).toMatchObject({ phase: "ended", reason: "words_differ" });
  });

  it("words that are wanted and do not come end it", async () => {
    const { live, pass, now } = await setUp();
    const peer = await live({ limits: { type: "limits", scopes: ["view"], verifyWords: true } });
    expect(peer.told[0]).toMatchObject({ verifyWords: true });
    await pass(15_000);
    expect(now()).toMatchObject({ phase: "ended", reason: "words_differ" });
  });

  it("words that do not come are said to be missing", async () => {
    const { live, pass, liveNow } = await setUp();
    await live();
    await pass(15_000);
    expect(liveNow().words?.isMissing).toBe(true);
  });

  it("a newer grant keeps it going, and none ends it", async () => {
    const { live, pass, grant, now } = await setUp();
    const peer = await live();
    await pass(600_000);
    const renewed = await grant({ iat: clock + 600, exp: clock + 1500 });
    peer.hears("control", { type: "present", grant: renewed });
    await turns();
    peer.hears("control", { type: "present", grant: `${renewed}x` });
    await turns();
    expect(peer.last("error")).toMatchObject({ code: "grant_invalid" });
    await pass(500_000);
    expect(now().phase).toBe("live");
    await pass(460_000);
    expect(now()).toMatchObject({ phase: "ended", reason: "grant_expired" });
  });

  it("the shortest time that the relay has said counts", async () => {
    const { live, pass, say, now, liveNow } = await setUp();
    await live({ limits: { type: "limits", scopes: ["view"], endsIn: 300 } });
    say({ type: "limits", scopes: ["view"], endsIn: 3000 });
    expect(liveNow().endsAt).toBe(SETTLE_MS + 300_000);
    await pass(300_000);
    expect(now()).toMatchObject({ phase: "ended", reason: "time_limit" });
  });

  it("nothing is sent to a technician who is away, and they may come back for a minute", async () => {
    const { live, offers, pass, peers, link, choosing, liveNow, now } = await setUp();
    const peer = await live();
    peer.listener.lost();
    expect(peer.shown).toBeNull();
    expect(link.sent.at(-1)).toEqual({ type: "disconnected" });
    expect(liveNow().stage).toBe("reconnecting");
    await offers(offer("bbbb"));
    expect(peer.accepted).toEqual(["aaaa", "bbbb"]);
    peer.listener.connected("direct");
    expect(peer.shown).toBe(choosing.picture.track);
    peer.listener.lost();
    await offers(offer("cccc", theirs, 78)); // another connection
    expect(peers).toHaveLength(2);
    expect(peer.isClosed).toBe(true);
    await pass(60_000);
    expect(now()).toMatchObject({ phase: "ended", reason: "connection_failed" });
  });

  it("an offer that a silence has held up does not take a path away that works", async () => {
    const { live, offers, pass, say } = await setUp();
    const peer = await live();
    peer.checks = 5;
    await offers(offer("bbbb"));
    say({ type: "candidate", candidate: "candidate:1 1 udp 1 192.0.2.1 5 typ host" });
    peer.checks = 6;
    await pass(1500);
    expect(peer.accepted).toEqual(["aaaa"]);
    await offers(offer("cccc"));
    say({ type: "candidate", candidate: "candidate:1 1 udp 1 192.0.2.1 6 typ host" });
    await pass(1500);
    expect(peer.accepted).toEqual(["aaaa", "cccc"]);
    expect(peer.candidates).toEqual(["candidate:1 1 udp 1 192.0.2.1 6 typ host"]);
  });

  it("it goes on without the relay", async () => {
    const { live, relay, now, liveNow } = await setUp();
    await live();
    relay().up(false);
    expect(liveNow().isLinkUp).toBe(false);
    relay().failed("session_unknown");
    expect(now().phase).toBe("live");
  });

  it("the two can write to each other", async () => {
    const { live, host, liveNow } = await setUp();
    const peer = await live();
    host.say("hello");
    peer.hears("chat", vector("chat"));
    peer.hears("chat", { type: "chat", sent: 1, text: "good morning" });
    await turns();
    expect(peer.said).toEqual([
      { type: "chat", sent: 1, text: "hello" },
      { type: "ack", last: 1 },
    ]);
    expect(liveNow().lines).toMatchObject([
      { isMine: true, text: "hello" },
      { isMine: false, text: "good morning" },
    ]);
  });
});

describe("the end", () => {
  it("is the person's at once", async () => {
    const { live, host, link, choosing, now, pass } = await setUp();
    const peer = await live();
    await pass(5000);
    host.stop();
    expect(peer.shown).toBeNull();
    expect(choosing.picture.isStopped).toBe(true);
    expect(peer.told.at(-1)).toEqual({ type: "ended", reason: "host_stopped" });
    expect(link.sent.at(-1)).toEqual({ type: "end", reason: "host_stopped" });
    expect(now()).toMatchObject({ phase: "ended", reason: "host_stopped", lasted: 5000 });
  });

  it("is the browser's own button's too", async () => {
    const { live, choosing, link, now } = await setUp();
    await live();
    choosing.picture.heard?.ended();
    expect(link.sent.at(-1)).toEqual({ type: "end", reason: "host_stopped" });
    expect(now()).toMatchObject({ phase: "ended", detail: "surface_ended" });
  });

  it("is the technician's, who says it themselves", async () => {
    const { live, link, now, pass } = await setUp();
    const peer = await live();
    peer.hears("control", { type: "end", reason: "technician_stopped" });
    await turns();
    expect(now()).toMatchObject({ phase: "ended", reason: "technician_stopped" });
    expect(link.types()).not.toContain("end");
    await pass(2000); // the relay has not heard of it
    expect(link.sent.at(-1)).toEqual({ type: "end", reason: "technician_lost" });
  });

  it("is the relay's, with its reason", async () => {
    const { live, say, now, link, choosing } = await setUp();
    await live();
    say({ type: "ended", reason: "recording_required" });
    expect(now()).toMatchObject({ phase: "ended", reason: "recording_required" });
    expect(choosing.picture.isStopped).toBe(true);
    expect(link.isClosed).toBe(true);
  });

  it("comes with the page", async () => {
    const { live, host, link, choosing } = await setUp();
    await live();
    host.leave();
    expect(link.sent.at(-1)).toEqual({ type: "end", reason: "host_quit" });
    expect(choosing.picture.isStopped).toBe(true);
    expect(link.isClosed).toBe(true);
  });
});

it("keeps its key to itself", async () => {
  const key: SessionKey = await newSessionKey();
  expect(JSON.stringify(key)).toBe(JSON.stringify({ publicKey: key.publicKey }));
});
