import { readFileSync } from "node:fs";
import { afterEach, beforeEach, vi } from "vitest";
import type { Identity } from "../peer/certificate.ts";
import type { Ack, Candidate, ChatMessage, IceServer, Scope } from "../protocol/message.ts";
import type { LinkListener } from "../signal/link.ts";
import { Host, SETTLE_MS } from "./host.ts";
import { newSessionKey } from "./jwt.ts";
import type { FromRelay, ToRelay, ToTechnician } from "./message.ts";
import type { HostPeerLike, HostPeerListener } from "./peer.ts";
import type { NotShown, Picture } from "./picture.ts";
import type { Live, State } from "./state.ts";

// A host of a browser with all that is around it: a relay, a technician's page, a picture and a person.

const folder = new URL("../../../signaling/testdata/vectors/", import.meta.url);
export const vector = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"));

export const print = (pair: string) => `sha-256 ${Array(32).fill(pair).join(":")}`;
export const own = print("4A");
export const theirs = print("19");
const issuer = "https://help.example";
export const clock = 1_800_000_000;

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

export class FakePeer implements HostPeerLike {
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

export function offer(ufrag = "aaaa", fingerprint = theirs, origin = 77): string {
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
export async function turns(): Promise<void> {
  for (let quiet = 0; quiet < 10; quiet++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (pending > 0) quiet = 0;
  }
}

export async function setUp(reported = new Set<string>()) {
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

/** Each test has a clock of its own, and says nothing on the console. */
export function keepTime(): void {
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
}
