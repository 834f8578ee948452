/** The WebRTC connection to the technician, whose offers this side answers. */

import type { Identity } from "../peer/certificate.ts";
import { openChannels } from "../peer/channels.ts";
import type { Channels } from "../peer/channels.ts";
import { settled } from "../peer/peer.ts";
import type { Transport } from "../peer/peer.ts";
import { transportOf } from "../peer/path.ts";
import { encode } from "../protocol/encode.ts";
import type { Ack, Candidate, ChatMessage, IceServer } from "../protocol/message.ts";
import type { Path } from "../session/state.ts";
import { fingerprintOfDER } from "../words/derive.ts";
import { answeredOn, pathOf } from "./figures.ts";
import type { Report } from "./figures.ts";
import type { ToTechnician } from "./message.ts";
import { isReachable, withoutForbidden } from "./offer.ts";
import type { Offer } from "./offer.ts";

/** The channels on which a technician says anything. */
export type Channel = "control" | "input" | "pointer" | "chat";

/** What a HostPeer tells its owner. */
export interface HostPeerListener {
  candidate(c: RTCIceCandidateInit | null): void;
  /** The control channel is open. */
  opened(): void;
  /** The channel for what people say is open. */
  chatOpened(): void;
  /** The technician can be reached, for the first time, again, or by another path. */
  connected(path: Path): void;
  /** The technician cannot be reached; another offer may come. */
  lost(): void;
  /** Text on a channel; undefined for anything else, and for what comes where nothing may. */
  message(on: Channel, data: string | undefined): void;
  /** The other end has not proved the key that its offer names. */
  mistrust(why: string): void;
}

/** The part of HostPeer that a host needs. */
export interface HostPeerLike {
  accept(offer: Offer): Promise<string>;
  candidate(m: Candidate): Promise<void>;
  renew(iceServers: IceServer[]): void;
  proved(): Promise<string | undefined>;
  show(track: MediaStreamTrack | null): Promise<void>;
  answered(): Promise<number | undefined>;
  report(): Promise<Report>;
  tell(m: ToTechnician): boolean;
  ack(m: Ack): boolean;
  say(m: ChatMessage): boolean;
  close(farewell?: ToTechnician): void;
}

export interface HostPeerConfig {
  identity: Identity;
  iceServers: IceServer[];
  /** Whether the relay is on this machine, so that addresses of its own may be used. */
  isOwnRelay: boolean;
  listener: HostPeerListener;
}

/** The best first: letters stay sharp with the first of these. */
const CODECS = ["video/AV1", "video/VP9", "video/VP8", "video/H264"];
const MAX_BIT_RATE = 6_000_000;
/** How long a connection stays open for its last word, in milliseconds. */
const FAREWELL_MS = 500;

export class HostPeer implements HostPeerLike {
  // Set at construction.
  readonly #listener: HostPeerListener;
  readonly #isOwnRelay: boolean;
  readonly #pc: RTCPeerConnection;
  readonly #channels: Channels;
  // What is going on.
  #isClosed = false;
  #wanted: MediaStreamTrack | null = null;
  #showing = Promise.resolve();
  #key: string | undefined;

  constructor(config: HostPeerConfig) {
    this.#listener = config.listener;
    this.#isOwnRelay = config.isOwnRelay;
    this.#pc = new RTCPeerConnection({
      certificates: [config.identity.certificate],
      bundlePolicy: "max-bundle",
      ...transportOf("any", config.iceServers),
    });
    this.#channels = openChannels(this.#pc);
    this.#listen();
  }

  /** Answers an offer: the first one, or one that goes on with this connection. */
  async accept(offer: Offer): Promise<string> {
    this.#key = offer.fingerprint;
    const sdp = withoutForbidden(offer.sdp, this.#isOwnRelay);
    await this.#pc.setRemoteDescription({ type: "offer", sdp });
    const video = this.#video();
    if (video) {
      video.direction = "sendonly";
      video.setCodecPreferences?.(inOrder());
    }
    await this.#pc.setLocalDescription(await this.#pc.createAnswer());
    const ice = this.#pc.sctp?.transport.iceTransport;
    if (ice) ice.onselectedcandidatepairchange = () => void this.#changed();
    return this.#pc.localDescription?.sdp ?? "";
  }

  /** Takes a candidate of the technician's. */
  async candidate(m: Candidate): Promise<void> {
    if (this.#isClosed || !isReachable(m.candidate, this.#isOwnRelay)) return;
    const { type: _, ...init } = m;
    if (m.candidate === "" && m.sdpMid === undefined) Object.assign(init, { sdpMid: "0" });
    try {
      await this.#pc.addIceCandidate(init);
    } catch {
      // It belongs to an offer that a restart has replaced.
    }
  }

  /** Uses new TURN credentials from the next restart on. */
  renew(iceServers: IceServer[]): void {
    if (this.#isClosed) return;
    this.#pc.setConfiguration({
      ...this.#pc.getConfiguration(),
      ...transportOf("any", iceServers),
    });
  }

  /** The fingerprint of the technician's certificate as DTLS has proved it. */
  async proved(): Promise<string | undefined> {
    const transport = this.#pc.sctp?.transport as Transport | undefined;
    if (transport) await settled(transport);
    if (transport?.state !== "connected") return undefined;
    const [der] = transport.getRemoteCertificates?.() ?? [];
    // What the description names is what the browser has held the other end to.
    return der ? fingerprintOfDER(der) : this.#key;
  }

  /** Sends this picture from now on, or none: not one frame leaves then. */
  show(track: MediaStreamTrack | null): Promise<void> {
    this.#wanted = track;
    this.#showing = this.#showing.then(() => this.#show());
    return this.#showing;
  }

  /** How many checks of the path were answered; undefined when there is no path. */
  async answered(): Promise<number | undefined> {
    if (this.#pc.connectionState !== "connected") return undefined;
    return answeredOn(await this.report());
  }

  async report(): Promise<Report> {
    return (await this.#pc.getStats()) as unknown as Report;
  }

  /** Sends a message on the control channel; false when it is not open. */
  tell(m: ToTechnician): boolean {
    return send(this.#channels.control, m);
  }

  /** Acknowledges events on the channel for keys and buttons. */
  ack(m: Ack): boolean {
    return send(this.#channels.input, m);
  }

  /** Sends a message on the channel for what people say. */
  say(m: ChatMessage): boolean {
    return send(this.#channels.chat, m);
  }

  /** Ends the connection for good, after a last word if there is one. */
  close(farewell?: ToTechnician): void {
    if (this.#isClosed) return;
    void this.show(null);
    this.#isClosed = true;
    if (!farewell || !this.tell(farewell)) this.#pc.close();
    else this.#closeWhenSaid(performance.now() + FAREWELL_MS);
  }

  #closeWhenSaid(latest: number): void {
    // What has left the buffer is on its way; it may still have to be sent again.
    setTimeout(() => {
      if (performance.now() < latest) this.#closeWhenSaid(latest);
      else this.#pc.close();
    }, FAREWELL_MS / 10);
  }

  async #show(): Promise<void> {
    const sender = this.#video()?.sender;
    const track = this.#wanted;
    if (!sender || sender.track === track) return;
    try {
      await sender.replaceTrack(track);
      await this.#tune(sender, track !== null);
    } catch (e) {
      // Negotiated anew at this moment; the way that the browser sends by itself will do.
      console.info(`The picture could not be tuned: ${String(e)}`);
    }
  }

  async #tune(sender: RTCRtpSender, isActive: boolean): Promise<void> {
    const p = sender.getParameters() as RTCRtpSendParameters & { degradationPreference?: string };
    for (const encoding of p.encodings) {
      encoding.maxBitrate = MAX_BIT_RATE;
      // What becomes active begins with a key frame.
      encoding.active = isActive;
    }
    // Fewer pictures, and not smaller ones: letters must stay readable.
    p.degradationPreference = "maintain-resolution";
    await sender.setParameters(p);
  }

  #video(): RTCRtpTransceiver | undefined {
    return this.#pc.getTransceivers().find((t) => t.receiver.track.kind === "video");
  }

  #listen(): void {
    const { control, input, pointer, cursor, tile, chat, clipboard } = this.#channels;
    this.#pc.onicecandidate = (e) => this.#found(e.candidate);
    this.#pc.onconnectionstatechange = () => void this.#changed();
    control.onopen = () => this.#isClosed || this.#listener.opened();
    control.onclose = () => this.#isClosed || this.#listener.lost();
    chat.onopen = () => this.#isClosed || this.#listener.chatOpened();
    for (const [on, channel] of [
      ["control", control],
      ["input", input],
      ["pointer", pointer],
      ["chat", chat],
    ] as const) {
      channel.onmessage = (e) => this.#heard(on, e.data);
    }
    // Nothing may come on these.
    for (const channel of [cursor, tile, clipboard]) {
      channel.onmessage = () => this.#heard("control", undefined);
    }
  }

  #heard(on: Channel, data: unknown): void {
    if (this.#isClosed) return;
    this.#listener.message(on, typeof data === "string" ? data : undefined);
  }

  #found(c: RTCIceCandidate | null): void {
    if (this.#isClosed) return;
    if (c === null) this.#listener.candidate(null);
    else if (c.candidate) this.#listener.candidate(c.toJSON());
  }

  async #changed(): Promise<void> {
    if (this.#isClosed) return;
    switch (this.#pc.connectionState) {
      case "connected": {
        const path = pathOf(await this.report());
        const isStill = !this.#isClosed && this.#pc.connectionState === "connected";
        if (isStill) this.#listener.connected(path);
        break;
      }
      case "disconnected":
      case "failed":
        if (this.#pc.sctp?.transport.state === "failed") {
          this.#listener.mistrust("the other end did not prove its key");
        } else this.#listener.lost();
        break;
    }
  }
}

function send(channel: RTCDataChannel, m: ToTechnician | Ack | ChatMessage): boolean {
  if (channel.readyState !== "open") return false;
  channel.send(encode(m));
  return true;
}

/** What the browser can send, the best first; what the technician has not offered is left out by itself. */
function inOrder(): RTCRtpCodec[] {
  // Browsers compare with what they can receive, and not with what they can send.
  const all = RTCRtpReceiver.getCapabilities("video")?.codecs ?? [];
  const rank = (c: RTCRtpCodec) => {
    const at = CODECS.findIndex((name) => name.toLowerCase() === c.mimeType.toLowerCase());
    return at < 0 ? CODECS.length : at;
  };
  return all.toSorted((a, b) => rank(a) - rank(b));
}
