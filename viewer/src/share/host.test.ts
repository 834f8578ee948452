import { describe, expect, it, vi } from "vitest";
import { clock, keepTime, offer, own, print, setUp, turns, vector } from "./host.fixture.ts";
import { SETTLE_MS } from "./host.ts";
import { NotShown } from "./picture.ts";

keepTime();

describe("before anybody asks", () => {
  it("registers with a new key and certificate, and with the number that was sent", async () => {
    const { open, link, now } = await setUp();
    await open("482913077");
    const { records: _, ...known } = vector("register") as { records: boolean };
    expect(link.sent[0]).toEqual({
      ...known, // but no recording
      os: "view only",
      fingerprint: own,
      sessionKey: expect.stringMatching(/^[\w-]{43}$/) as string,
    });
    expect(now()).toMatchObject({ phase: "waiting" });
  });

  it("shows every new number", async () => {
    const { open, say, now } = await setUp();
    await open();
    for (const code of ["482913077", "111222333"]) {
      say({ type: "code", code, expiresIn: 600 });
      expect(now()).toMatchObject({ code: { digits: code, until: 600_000 } });
    }
  });

  it("says which browsers are too old", async () => {
    const old = await setUp();
    const generate = vi.mocked(crypto.subtle.generateKey);
    generate.mockRejectedValueOnce(new DOMException("no", "NotSupportedError"));
    await old.host.open({ name: "n", os: "" }, "");
    expect(old.now()).toEqual({ phase: "start", problem: { code: "no_signatures" } });
  });

  it("passes on what the relay says of a wrong number", async () => {
    const { host, say, now, link } = await setUp();
    await host.open({ name: "n", os: "" }, "111111111");
    say({ type: "error", code: "code_invalid", message: "No.", hint: "Ask." });
    expect(now()).toEqual({ phase: "start", problem: { code: "code_invalid", hint: "Ask." } });
    expect(link.isClosed).toBe(true);
  });

  it("does not wait for a relay that says nothing", async () => {
    const { host, pass, now } = await setUp();
    await host.open({ name: "n", os: "" }, "");
    await pass(15_000);
    expect(now()).toEqual({ phase: "start", problem: { code: "relay_unreachable" } });
  });

  it("tells the relay which keys it knows", async () => {
    const { open, say, link } = await setUp();
    await open();
    say(vector("keys") as object);
    expect(link.sent.at(-1)).toEqual({ type: "known", ids: ["k2", "k1"] });
  });
});

describe("a question", () => {
  it("shows who asks for what", async () => {
    const { ask, now } = await setUp();
    await ask();
    expect(now()).toMatchObject({
      phase: "asked",
      technician: { name: "Ines Okafor", organisation: "Example Help Desk" },
      ticket: "INC-1042",
      ask: ["view", "control"],
      photo: expect.stringMatching(/^iVBOR/) as string,
      until: 60_000,
    });
  });

  it("is not answered by what is pressed at once", async () => {
    const { open, say, host, now, chosen, link } = await setUp();
    await open();
    say(vector("request") as object);
    host.yes();
    host.no();
    host.report();
    expect(chosen.answer).toBeUndefined();
    expect(now().phase).toBe("asked");
    expect(link.types()).toEqual(["register"]);
  });

  it("is a no after a minute", async () => {
    const { ask, pass, now, link } = await setUp();
    await ask();
    await pass(60_000 - SETTLE_MS);
    expect(link.sent.at(-1)).toEqual({ type: "refuse", requestId: "r_1", reason: "no_answer" });
    expect(now()).toMatchObject({ phase: "ended", reason: "no_answer" });
  });

  it("is a no after a minute in the browser's dialogue too, whatever is chosen then", async () => {
    const { ask, host, pass, now, link, chosen, choosing } = await setUp();
    await ask();
    host.yes();
    expect(now()).toMatchObject({ isChoosing: true });
    await pass(60_000);
    chosen.answer?.();
    await turns();
    expect(choosing.picture.isStopped).toBe(true);
    expect(now()).toMatchObject({ phase: "ended", reason: "no_answer" });
    expect(link.types()).not.toContain("consent");
  });

  it.each(["cancelled", "not_possible"] as const)("is a no when it is %s", async (why) => {
    const { ask, host, now, link, chosen, choosing } = await setUp();
    choosing.fail = new NotShown(why);
    await ask();
    host.yes();
    chosen.answer?.();
    await turns();
    expect(link.sent.at(-1)).toMatchObject({ type: "refuse", reason: "declined" });
    expect(now()).toMatchObject({ phase: "ended", reason: "declined", detail: why });
  });

  it("is a no when it wants a recording, and unrecorded where that is left to the person", async () => {
    const terms = (vector("request") as { recording: object }).recording;
    const w = await setUp();
    await w.ask({ recording: { ...terms, required: true } });
    expect(w.link.sent.at(-1)).toMatchObject({ type: "refuse", reason: "declined" });
    expect(w.now()).toMatchObject({ phase: "waiting" });
    await w.ask({ requestId: "r_2", recording: terms });
    expect(w.now()).toMatchObject({ phase: "asked" });
  });

  it("is answered again when the relay has missed it", async () => {
    const { ask, host, say, link } = await setUp();
    await ask();
    host.no();
    expect(link.sent.at(-1)).toMatchObject({ type: "refuse", reason: "declined" });
    const other = await setUp();
    await other.yes();
    other.say(vector("request") as object);
    const consents = other.link.sent.filter((m) => m.type === "consent");
    expect(consents).toHaveLength(2);
    expect(consents[0]).toEqual(consents[1]);
    say({ type: "ended", reason: "declined" });
    expect(link.isClosed).toBe(true);
  });

  it("is a no when the yes cannot be signed, and nothing is captured then", async () => {
    const w = await setUp();
    await w.ask();
    vi.spyOn(crypto.subtle, "sign").mockRejectedValue(new Error("no key"));
    w.host.yes();
    w.chosen.answer?.();
    await turns();
    expect(w.link.types()).toContain("refuse");
    expect(w.now()).toMatchObject({ phase: "ended", reason: "declined", detail: "not_possible" });
    expect(w.choosing.picture.isStopped).toBe(true);
  });

  it("can be taken back", async () => {
    const { ask, say, host, now, chosen, choosing } = await setUp();
    await ask();
    host.yes();
    say({ type: "withdrawn", requestId: "r_1" });
    expect(now().phase).toBe("waiting");
    chosen.answer?.();
    await turns();
    expect(choosing.picture.isStopped).toBe(true);
    expect(now().phase).toBe("waiting");
  });

  it("is reported, and that technician does not come in again", async () => {
    const reported = new Set<string>();
    const first = await setUp(reported);
    await first.ask();
    first.host.report();
    expect(first.link.sent.at(-1)).toEqual(vector("report"));
    expect(first.now()).toMatchObject({ phase: "ended", reason: "reported" });
    const second = await setUp(reported);
    await second.ask();
    expect(second.link.sent.at(-1)).toMatchObject({ type: "refuse", reason: "declined" });
    expect(second.now().phase).toBe("waiting");
  });
});

describe("a yes", () => {
  it("is signed, and allows nothing but looking", async () => {
    const { yes, link, now } = await setUp();
    await yes();
    const m = link.sent.at(-1) as { type: string; statement: string };
    expect(m.type).toBe("consent");
    const said = JSON.parse(Buffer.from(m.statement.split(".")[1]!, "base64url").toString());
    expect(said).toMatchObject({ scope: ["view"], sub: "u_17", sid: "s_1", rid: "r_1" });
    expect(now()).toMatchObject({ phase: "live", stage: "connecting", surface: "window" });
  });

  it("shows the picture when the other end has proved its key, and not before", async () => {
    const { yes, offers, peers, choosing, link } = await setUp();
    await yes();
    await offers();
    const peer = peers[0]!;
    expect(link.sent.at(-1)).toEqual({ type: "answer", sdp: "v=0 answer" });
    peer.listener.connected("relay");
    await turns();
    expect(peer.shown).toBeNull();
    peer.listener.opened();
    await turns();
    expect(peer.shown).toBe(choosing.picture.track);
    expect(peer.told.map((m) => m.type)).toEqual(["permissions", "screen"]);
    expect(peer.told[0]).toMatchObject({
      scopes: ["view"],
      grantable: ["view"],
      possible: ["view"],
    });
    expect(peer.told[1]).toEqual({ type: "screen", width: 800, height: 600, number: 1 });
    expect(link.sent.at(-1)).toEqual({ type: "connected", path: "relay" });
  });

  it("ends when another key is proved", async () => {
    const { yes, offers, peers, now } = await setUp();
    await yes();
    await offers();
    peers[0]!.key = print("EE");
    peers[0]!.listener.connected("direct");
    peers[0]!.listener.opened();
    await turns();
    expect(now()).toMatchObject({ phase: "ended", reason: "words_differ" });
    expect(peers[0]!.shown).toBeNull();
  });

  it.each([
    ["another session", { sid: "s_2" }],
    ["another technician", { sub: "u_1" }],
    ["another certificate", { cnf: { fingerprint: own } }],
    ["a time that is over", { iat: clock - 2000, exp: clock - 1100 }],
  ])("ends when the grant is for %s", async (_, change) => {
    const { yes, offers, peers, now, link } = await setUp();
    await yes();
    await offers(offer(), change);
    expect(peers).toHaveLength(0);
    expect(link.sent.at(-1)).toEqual({ type: "end", reason: "grant_invalid" });
    expect(now()).toMatchObject({ phase: "ended", reason: "grant_invalid" });
  });

  it("ends when a later offer names another certificate", async () => {
    const { live, offers, now } = await setUp();
    await live();
    const other = print("EE");
    await offers(offer("bbbb", other), { cnf: { fingerprint: other } });
    expect(now()).toMatchObject({ phase: "ended", reason: "words_differ" });
  });

  it("ends when there is no connection in half a minute", async () => {
    const { yes, pass, now } = await setUp();
    await yes();
    await pass(30_000);
    expect(now()).toMatchObject({ phase: "ended", reason: "connection_failed" });
  });

  it("ends when the relay does not take it", async () => {
    const { ask, host, chosen, say, now } = await setUp();
    await ask();
    host.yes();
    chosen.answer?.();
    await turns();
    say({ type: "error", code: "consent_invalid", message: "No." });
    expect(now()).toMatchObject({ phase: "ended", reason: "error" });
  });
});
