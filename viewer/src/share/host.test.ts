import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Identity } from "../peer/certificate.ts";
import type { Ack, Candidate, ChatMessage, IceServer, Scope } from "../protocol/message.ts";
import type { LinkListener } from "../signal/link.ts";
import { Exchange } from "../words/exchange.ts";
import { Host, SETTLE_MS } from "./host.ts";
import { newSessionKey } from "./jwt.ts";
import type { SessionKey } from "./jwt.ts";
import type { FromRelay, ToRelay, ToTechnician } from "./message.ts";
import type { HostPeerLike, HostPeerListener } from "./peer.ts";
import { NotShown } from "./picture.ts";
import type { Picture } from "./picture.ts";
import type { Live, State } from "./state.ts";

const folder = new URL("../../../signaling/testdata/vectors/", import.meta.url);
const vector = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"));

const print = (pair: string) => `sha-256 ${Array(32).fill(pair).join(":")}`;
const own = print("4A");
const theirs = print("19");
const issuer = "https://help.example";
const clock = 1_800_000_000;

class FakeTrack {
  enabled = true;
}

class FakePicture implements Picture {
  track = new FakeTrack() as unknown as MediaStreamTrack;
  surface = "window" as const;
  size = { width: 800, height: 600 };
  isStopped = false;
  heard: { resized: () => void; ended: () => void } | undefined;
  listen(to: { resized: () => void; ended: () => void }): void {
    this.heard = to;
  }
  stop(): void {
    this.isStopped = true;
  }
}

class FakePeer implements HostPeerLike {
  key: string | undefined = theirs;
  checks: number | undefined = undefined;
  shown: MediaStreamTrack | null = null;
  told: ToTechnician[] = [];
  acked: number[] = [];
  said: ChatMessage[] = [];
  accepted: string[] = [];
  candidates: string[] = [];
  isClosed = false;
  constructor(
    readonly iceServers: IceServer[],
    readonly listener: HostPeerListener,
  ) {}
  accept({ ice }: { ice: string }): Promise<string> {
    this.accepted.push(ice);
    return Promise.resolve("v=0 answer");
  }
  candidate(m: Candidate): Promise<void> {
    this.candidates.push(m.candidate);
    return Promise.resolve();
  }
  renew(): void {}
  proved(): Promise<string | undefined> {
    return Promise.resolve(this.key);
  }
  show(track: MediaStreamTrack | null): Promise<void> {
    this.shown = track;
    return Promise.resolve();
  }
  answered(): Promise<number | undefined> {
    return Promise.resolve(this.checks);
  }
  report(): Promise<ReadonlyMap<string, Record<string, unknown>>> {
    return Promise.resolve(new Map());
  }
  tell(m: ToTechnician): boolean {
    this.told.push(m);
    return true;
  }
  ack(m: Ack): boolean {
    this.acked.push(m.last);
    return true;
  }
  say(m: ChatMessage): boolean {
    this.said.push(m);
    return true;
  }
  close(farewell?: ToTechnician): void {
    this.shown = null;
    if (farewell) this.told.push(farewell);
    this.isClosed = true;
  }
  hears(on: "control" | "input" | "pointer" | "chat", m: unknown): void {
    this.listener.message(on, typeof m === "string" ? m : JSON.stringify(m));
  }
  last(type: string): ToTechnician | undefined {
    return this.told.findLast((m) => m.type === type);
  }
}

class FakeLink {
  sent: ToRelay[] = [];
  isClosed = false;
  send(m: ToRelay): void {
    this.sent.push(m);
  }
  sendNow(m: ToRelay): void {
    this.sent.push(m);
  }
  hurry(): void {}
  close(): void {
    this.isClosed = true;
  }
  types(): string[] {
    return this.sent.map((m) => m.type);
  }
}

function offer(ufrag = "aaaa", fingerprint = theirs, origin = 77): string {
  return [
    "v=0",
    `o=- ${origin} 2 IN IP4 127.0.0.1`,
    `a=fingerprint:${fingerprint}`,
    `a=ice-ufrag:${ufrag}`,
    "m=video 9 UDP/TLS/RTP/SAVPF 96",
    "a=recvonly",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "",
  ].join("\r\n");
}

// Cryptography is done by other threads: these are the calls that are not done yet.
let pending = 0;
const methods = ["sign", "verify", "digest", "deriveBits", "importKey", "generateKey"] as const;

function countCryptography(): void {
  for (const name of methods) {
    const real = crypto.subtle[name].bind(crypto.subtle) as (...all: unknown[]) => Promise<unknown>;
    vi.spyOn(crypto.subtle, name).mockImplementation((...all: unknown[]) => {
      pending++;
      return real(...all).finally(() => pending--) as never;
    });
  }
}

/** Waits until nothing goes on any more but timers. */
async function turns(): Promise<void> {
  for (let quiet = 0; quiet < 10; quiet++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (pending > 0) quiet = 0;
  }
}

async function setUp(reported = new Set<string>()) {
  const time = { now: 0 };
  const link = new FakeLink();
  const peers: FakePeer[] = [];
  const relayKey = await newRelayKey();
  const choosing: { picture: FakePicture; fail?: NotShown } = { picture: new FakePicture() };
  const chosen: { answer?: () => void } = {};
  let relay!: LinkListener<FromRelay>;
  let state!: State;
  const host = new Host({
    link: (listener) => ((relay = listener), link),
    peer: (_, iceServers, listener) => {
      const peer = new FakePeer(iceServers, listener);
      peers.push(peer);
      return peer;
    },
    identity: () => Promise.resolve({ fingerprint: own } as Identity),
    key: newSessionKey,
    choose: () =>
      new Promise((resolve, reject) => {
        chosen.answer = () => (choosing.fail ? reject(choosing.fail) : resolve(choosing.picture));
      }),
    changed: (s) => (state = s),
    reported,
    cores: 2,
    now: () => time.now,
    clock: () => clock + time.now / 1000,
  });
  const say = (m: object) => relay.message(m as FromRelay);
  const pass = async (ms: number) => {
    time.now += ms;
    vi.advanceTimersByTime(ms);
    await turns();
  };
  const open = async (invitation = "") => {
    await host.open({ name: "reception-pc", os: "view only" }, invitation);
    const keys = [{ id: "k1", key: relayKey.publicKey }];
    say({ type: "registered", sessionId: "s_1", token: "t", issuer, keys });
  };
  const ask = async (change: object = {}) => {
    await open();
    say({ ...(vector("request") as object), limits: undefined, ...change });
    await pass(SETTLE_MS);
  };
  const grant = (change: object = {}) => relayKey.grant({ ...claims, ...change });
  const yes = async (change: object = {}) => {
    await ask(change);
    host.yes();
    chosen.answer?.();
    await turns();
    say({ type: "connect", iceServers: [] });
  };
  const offers = async (sdp = offer(), change: object = {}) => {
    say({ type: "offer", sdp, grant: await grant(change) });
    await turns();
  };
  const live = async (change: object = {}) => {
    await yes(change);
    await offers();
    const peer = peers[0]!;
    peer.listener.connected("direct");
    peer.listener.opened();
    await turns();
    return peer;
  };
  const now = () => state;
  const liveNow = () => state as Live;
  return {
    ...{ host, link, peers, relay: () => relay, say, pass, open, ask, yes, offers, live, grant },
    ...{ now, liveNow, choosing, chosen },
  };
}

const claims = {
  iss: issuer,
  aud: ["lendhand-host"],
  sub: "u_17",
  sid: "s_1",
  role: "technician",
  scope: ["view", "control"] as Scope[],
  cnf: { fingerprint: theirs },
  iat: clock,
  exp: clock + 900,
  jti: "1",
};

/** Signs grants as the relay does: with the name of its key, which a host's statements lack. */
async function newRelayKey() {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, [
    "sign",
    "verify",
  ])) as CryptoKeyPair;
  const { x = "" } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const grant = async (c: object) => {
    const head = { alg: "EdDSA", typ: "lendhand-grant+jwt", kid: "k1" };
    const text = [head, c]
      .map((p) => Buffer.from(JSON.stringify(p)).toString("base64url"))
      .join(".");
    const signature = await crypto.subtle.sign("Ed25519", pair.privateKey, Buffer.from(text));
    return `${text}.${Buffer.from(signature).toString("base64url")}`;
  };
  return { publicKey: x, grant };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  countCryptography();
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(console, "info").mockImplementation(() => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("before anybody asks", () => {
  it("registers with a new key and certificate, and with the number that was sent", async () => {
    const { open, link, now } = await setUp();
    await open("482913077");
    expect(link.sent[0]).toEqual({
      ...(vector("register") as object),
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
