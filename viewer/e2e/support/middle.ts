import type { Page, WebSocketRoute } from "playwright-core";
import { Exchange } from "../../src/words/exchange.ts";
import { commitmentTo, newNonce, toBase64 } from "../../src/words/derive.ts";
import { Browser } from "./chromium.ts";
import type { Technician } from "./technician.ts";

/** What a relay that lies does with what it passes on. */
export interface Lie {
  /** Whether it ends DTLS on both sides itself. Otherwise the two are connected with each other. */
  inTheMiddle?: boolean;
  /** Whether it makes words with both of them, and does not just pass theirs on. */
  makesWords?: boolean;
  /** Changes an answer on its way to the technician; it has one of its own, to the same offer. */
  answer?: (sdp: string, own: string) => string;
}

type Message = Record<string, unknown> & { type: string };

/** What runs in the page that sits in the middle. */
interface Mid {
  fingerprint: string;
  toHost: RTCPeerConnection;
  toTechnician: RTCPeerConnection;
  send: (to: "host" | "technician", id: number, text: string) => void;
}

/** A relay that lies, between a technician's page and the real one, with a browser of its own. */
export class Middle {
  #fingerprint = "";
  #sessionId = "";
  #technician = "";
  #servers: RTCIceServer[] = [];
  #nonce = newNonce();
  #withHost: Exchange | undefined;

  private constructor(
    readonly browser: Browser,
    private readonly page: Page,
    private readonly lie: Lie,
  ) {}

  /** Puts one between the technician and the relay. The page must be loaded again after that. */
  static async between(tech: Technician, lie: Lie): Promise<Middle> {
    const browser = await Browser.start();
    const page = await browser.page();
    const middle = new Middle(browser, page, lie);
    await page.exposeFunction("heard", (from: string, id: number, text: string) =>
      middle.heard(from, id, text),
    );
    middle.#fingerprint = await page.evaluate(sitInTheMiddle);
    await tech.page.routeWebSocket(/\/signal\/technician/, (page) => middle.route(page));
    return middle;
  }

  private route(page: WebSocketRoute): void {
    const relay = page.connectToServer();
    page.onMessage(async (data) => {
      const m = JSON.parse(String(data)) as Message;
      if (m.type === "redeem") {
        this.#technician = String(m["fingerprint"]);
        if (this.lie.inTheMiddle) m["fingerprint"] = this.#fingerprint;
      }
      if (m.type === "candidate" && this.lie.inTheMiddle) {
        return this.page.evaluate(addCandidate, ["toTechnician", m] as const);
      }
      if (m.type === "offer") {
        this.own = await this.page.evaluate(answerTechnician, [
          String(m["sdp"]),
          this.#servers,
        ] as const);
        if (this.lie.inTheMiddle) {
          m["sdp"] = await this.page.evaluate(offerHost, this.#servers);
          page.send(JSON.stringify({ type: "answer", sdp: this.own }));
        }
      }
      relay.send(JSON.stringify(m));
    });
    relay.onMessage(async (data) => {
      const m = JSON.parse(String(data)) as Message;
      if (m.type === "granted") this.#servers = (m["iceServers"] as RTCIceServer[]).map(overUDP);
      if (m.type === "requested") this.#sessionId = String(m["sessionId"]);
      if (this.lie.inTheMiddle && m.type === "answer") {
        return this.page.evaluate(acceptHost, String(m["sdp"]));
      }
      if (this.lie.inTheMiddle && m.type === "candidate") {
        return this.page.evaluate(addCandidate, ["toHost", m] as const);
      }
      if (m.type === "answer" && this.lie.answer) {
        m["sdp"] = this.lie.answer(String(m["sdp"]), this.own);
      }
      page.send(JSON.stringify(m));
    });
  }

  private own = "";

  /** Passes on what came on a channel, or makes words of its own with either side. */
  private async heard(from: string, id: number, text: string): Promise<void> {
    const m = JSON.parse(text) as Message;
    const pass = (to: "host" | "technician", what: object) =>
      this.page.evaluate(say, [to, id, JSON.stringify(what)] as const);
    if (!this.lie.makesWords) return pass(from === "host" ? "technician" : "host", m);
    switch (m.type) {
      case "permissions":
        if (m["commitment"] === undefined) return pass("technician", m);
        this.#withHost = new Exchange(await this.toHost());
        await pass("host", { type: "nonce", nonce: this.#withHost.bind(String(m["commitment"])) });
        return pass("technician", {
          ...m,
          commitment: await commitmentTo(this.toTechnician(), this.#nonce),
        });
      case "nonce":
        return pass("technician", { type: "reveal", nonce: toBase64(this.#nonce) });
      case "reveal":
        return; // the relay has the host's words now
      default:
        return pass(from === "host" ? "technician" : "host", m);
    }
  }

  private async toHost() {
    const host = await this.page.evaluate(hostsFingerprint);
    return { sessionId: this.#sessionId, host, technician: this.#fingerprint };
  }

  private toTechnician() {
    return { sessionId: this.#sessionId, host: this.#fingerprint, technician: this.#technician };
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

/** Without the ways that take long to be found. */
function overUDP(server: RTCIceServer): RTCIceServer {
  return { ...server, urls: [server.urls].flat().filter((url) => url.includes("udp")) };
}

// What follows runs in the page in the middle.

async function sitInTheMiddle(): Promise<string> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" } as EcKeyGenParams;
  const certificate = await RTCPeerConnection.generateCertificate(algorithm);
  const pairs = certificate.getFingerprints()[0]!.value!.toUpperCase();
  const channels: Record<string, RTCDataChannel[]> = {};
  const open = (name: string) => {
    const pc = new RTCPeerConnection({ certificates: [certificate], bundlePolicy: "max-bundle" });
    channels[name] = ["control", "input", "pointer", "cursor", "tile"].map((label, id) => {
      const isReliable = id === 0;
      const channel = pc.createDataChannel(label, {
        negotiated: true,
        id,
        ordered: isReliable,
        ...(isReliable ? {} : { maxRetransmits: 0 }),
      });
      channel.onmessage = (e: MessageEvent) => {
        if (typeof e.data !== "string") return;
        void (window as unknown as { heard: (...all: unknown[]) => void }).heard(name, id, e.data);
      };
      return channel;
    });
    return pc;
  };
  const mid: Mid = {
    fingerprint: `sha-256 ${pairs}`,
    toHost: open("host"),
    toTechnician: open("technician"),
    send: (to, id, text) => {
      const channel = channels[to]![id]!;
      if (channel.readyState === "open") channel.send(text);
      else channel.addEventListener("open", () => channel.send(text));
    },
  };
  (window as unknown as { mid: Mid }).mid = mid;
  return mid.fingerprint;
}

async function answerTechnician([sdp, iceServers]: readonly [
  string,
  RTCIceServer[],
]): Promise<string> {
  const { toTechnician } = (window as unknown as { mid: Mid }).mid;
  toTechnician.setConfiguration({ ...toTechnician.getConfiguration(), iceServers });
  await toTechnician.setRemoteDescription({ type: "offer", sdp });
  await toTechnician.setLocalDescription(await toTechnician.createAnswer());
  await new Promise((resolve) => setTimeout(resolve, 1000)); // what it finds by then will do
  return toTechnician.localDescription!.sdp;
}

async function offerHost(iceServers: RTCIceServer[]): Promise<string> {
  const { toHost } = (window as unknown as { mid: Mid }).mid;
  toHost.setConfiguration({ ...toHost.getConfiguration(), iceServers });
  toHost.addTransceiver("video", { direction: "recvonly" });
  await toHost.setLocalDescription(await toHost.createOffer());
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return toHost.localDescription!.sdp;
}

function acceptHost(sdp: string): Promise<void> {
  const { toHost } = (window as unknown as { mid: Mid }).mid;
  return toHost.setRemoteDescription({ type: "answer", sdp });
}

async function addCandidate([to, m]: readonly [
  "toHost" | "toTechnician",
  Record<string, unknown>,
]): Promise<void> {
  const pc = (window as unknown as { mid: Mid }).mid[to];
  while (!pc.remoteDescription) await new Promise((resolve) => setTimeout(resolve, 20));
  const { candidate, sdpMid } = m as { candidate: string; sdpMid?: string };
  await pc.addIceCandidate({ candidate, sdpMid: sdpMid ?? "0" }).catch(() => {});
}

function say([to, id, text]: readonly ["host" | "technician", number, string]): void {
  (window as unknown as { mid: Mid }).mid.send(to, id, text);
}

async function hostsFingerprint(): Promise<string> {
  const { toHost } = (window as unknown as { mid: Mid }).mid;
  const found = /a=fingerprint:(sha-256 [0-9A-F:]+)/i.exec(toHost.remoteDescription!.sdp);
  return found![1]!.toUpperCase().replace("SHA-256", "sha-256");
}
