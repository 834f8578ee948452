/** A connection for bytes without a network, for tests. */

import type { BytesListener, Way } from "../peer/bytes.ts";

export class FakeWay implements Way {
  isOpen = false;
  isClosed = false;
  /** What was sent, by the number of the file. */
  readonly sent: { id: number; bytes: Uint8Array }[] = [];

  constructor(readonly listener: BytesListener) {}

  start(): Promise<void> {
    this.listener.say({ type: "offer", sdp: "v=0 bytes" });
    return Promise.resolve();
  }

  answer(): Promise<void> {
    this.isOpen = true;
    this.listener.open();
    return Promise.resolve();
  }

  candidate(): Promise<void> {
    return Promise.resolve();
  }

  send(data: Uint8Array<ArrayBuffer>): Promise<void> {
    const id = new DataView(data.buffer).getUint32(0);
    if (this.isOpen) this.sent.push({ id, bytes: data.slice(4) });
    return Promise.resolve();
  }

  close(): void {
    this.isOpen = false;
    this.isClosed = true;
  }

  /** The network takes it away. */
  break(): void {
    this.close();
    this.listener.closed();
  }
}
