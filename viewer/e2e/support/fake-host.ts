import type { Page, WebSocketRoute } from "playwright-core";
import type { Browser } from "./chromium.ts";
import { vector } from "./wire.ts";

/**
 * A host that says whatever a test likes, in another page of the same browser, and the relay
 * between the two: a real peer connection to the page under test, with a picture that blinks.
 */
export class FakeHost {
  private constructor(private readonly page: Page) {}

  static async open(browser: Browser, url: string): Promise<FakeHost> {
    const page = await browser.newPage();
    // Without this the browser hides its addresses, and on loopback alone it has none.
    await page.context().grantPermissions(["camera", "microphone"], { origin: url });
    await page.goto(`${url}/join`);
    return new FakeHost(page);
  }

  /** Lets the technician's page find this host behind every code, and connects the two. */
  async serve(technician: Page, url: string): Promise<void> {
    await technician.routeWebSocket(/\/signal\/technician$/, (line) => {
      line.onMessage((text) => void this.answer(line, String(text)));
    });
    await technician.goto(url);
    await technician.getByTestId("code").fill("482913077");
    await technician.getByTestId("connect").click();
    await this.page.waitForFunction(() => "control" in window, undefined, { timeout: 15_000 });
    await this.say({ type: "permissions", scopes: ["view"], grantable: ["view"] });
    await this.say({ type: "screen", width: 320, height: 200 });
    await technician.getByTestId("mode").waitFor();
    await technician.getByTestId("veil").waitFor({ state: "detached" });
  }

  /** Says something on the control channel. */
  say(message: object): Promise<void> {
    return this.page.evaluate((text) => {
      (window as unknown as { control: RTCDataChannel }).control.send(text);
    }, JSON.stringify(message));
  }

  close(): Promise<void> {
    return this.page.close();
  }

  private async answer(line: WebSocketRoute, text: string): Promise<void> {
    const m = JSON.parse(text) as { type: string; sdp: string };
    if (m.type === "redeem") {
      line.send(vector("requested.json"));
      line.send(JSON.stringify({ ...JSON.parse(vector("granted.json")), iceServers: [] }));
    }
    if (m.type === "offer" && !this.page.isClosed()) {
      const sdp = await this.page.evaluate(accept, m.sdp);
      line.send(JSON.stringify({ type: "answer", sdp }));
    }
  }
}

/** Runs in the page: takes the offer, and keeps the control channel when it opens. */
async function accept(sdp: string): Promise<string> {
  const peer = new RTCPeerConnection();
  const control = peer.createDataChannel("control", { negotiated: true, id: 0 });
  control.onopen = () => Object.assign(window, { control });
  await peer.setRemoteDescription({ type: "offer", sdp });
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 200 });
  const context = canvas.getContext("2d")!;
  let isBright = false;
  setInterval(() => {
    context.fillStyle = (isBright = !isBright) ? "white" : "gray";
    context.fillRect(0, 0, canvas.width, canvas.height);
  }, 100);
  const picture = canvas.captureStream();
  peer.addTrack(picture.getVideoTracks()[0]!, picture);
  await peer.setLocalDescription();
  await new Promise<void>((resolve) => {
    const done = () => peer.iceGatheringState === "complete" && resolve();
    peer.onicegatheringstatechange = done;
    done();
  });
  return peer.localDescription!.sdp;
}
