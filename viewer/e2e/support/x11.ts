import { connect, type Socket } from "node:net";
import { once } from "node:events";
import { fromFourBytes, type Picture } from "./picture.ts";

// Opcodes and masks of the X11 core protocol, appendix B.
const queryPointer = 38;
const queryKeymap = 44;
const getImage = 73;
const queryExtension = 98;
// Of the XFIXES extension.
const fixesQueryVersion = 0;
const fixesGetCursorImage = 4;
const zPixmap = 2;
const firstButton = 8; // Button1Mask is bit 8, Button5Mask bit 12

/** What the pointer looks like. */
export interface CursorImage {
  width: number;
  height: number;
  hotX: number;
  hotY: number;
  /** R, G, B and A of each pixel; the colours are multiplied by A. */
  pixels: number[];
}

interface Waiting {
  resolve: (reply: Buffer) => void;
  reject: (error: Error) => void;
}

/**
 * A very small X client. It asks the server itself what is on the screen and what is held down, so
 * that a test leans on nobody else's word. One question at a time.
 */
export class XConnection {
  private input: Buffer[] = [];
  private received = 0;
  private wanted = 32;
  private waiting: Waiting | undefined;

  private constructor(
    private readonly socket: Socket,
    private readonly root: number,
    readonly width: number,
    readonly height: number,
  ) {
    socket.on("data", (data: Buffer) => this.take(data));
    socket.on("error", () => {}); // its close follows
    socket.on("close", () => this.waiting?.reject(new Error("the X server closed the connection")));
  }

  /** Connects to the first screen of a local display such as ":1". It must ask for no cookie. */
  static async open(display: string): Promise<XConnection> {
    const socket = connect(`/tmp/.X11-unix/X${display.slice(1)}`);
    await once(socket, "connect");
    const hello = Buffer.alloc(12);
    hello.write("l");
    hello.writeUInt16LE(11, 2);
    socket.write(hello);
    const setup = await readSetup(socket);
    // The fixed part, the vendor's name to a multiple of four, eight bytes a pixmap format.
    const screen = 40 + ((setup.readUInt16LE(24) + 3) & ~3) + 8 * setup[29]!;
    const [width, height] = [setup.readUInt16LE(screen + 20), setup.readUInt16LE(screen + 22)];
    return new XConnection(socket, setup.readUInt32LE(screen), width, height);
  }

  close(): void {
    this.socket.destroy();
  }

  /** What the screen shows, without the pointer. */
  screenshot(): Promise<Picture> {
    return this.part(0, 0, this.width, this.height);
  }

  /** A part of it. */
  async part(x: number, y: number, width: number, height: number): Promise<Picture> {
    const request = Buffer.alloc(20);
    request.set([getImage, zPixmap, 5, 0]);
    request.writeUInt32LE(this.root, 4);
    request.writeInt16LE(x, 8);
    request.writeInt16LE(y, 10);
    request.writeUInt16LE(width, 12);
    request.writeUInt16LE(height, 14);
    request.writeUInt32LE(0xffffffff, 16);
    const reply = await this.ask(request);
    return fromFourBytes(width, height, reply.subarray(32), "bgr");
  }

  /** The keycodes that are down. */
  async keysDown(): Promise<number[]> {
    const keys = (await this.ask(Buffer.from([queryKeymap, 0, 1, 0]))).subarray(8, 40);
    const codes = Array.from({ length: 256 }, (_, code) => code);
    return codes.filter((code) => keys[code >> 3]! & (1 << (code & 7)));
  }

  /** Where the pointer is, and which buttons (1 is the left one) are down. */
  async pointer(): Promise<{ x: number; y: number; buttonsDown: number[] }> {
    const request = Buffer.from([queryPointer, 0, 2, 0, 0, 0, 0, 0]);
    request.writeUInt32LE(this.root, 4);
    const reply = await this.ask(request);
    const mask = reply.readUInt16LE(24);
    const buttonsDown = [1, 2, 3, 4, 5].filter((n) => mask & (1 << (firstButton + n - 1)));
    return { x: reply.readInt16LE(16), y: reply.readInt16LE(18), buttonsDown };
  }

  /** What the pointer looks like now. */
  async cursor(): Promise<CursorImage> {
    const name = Buffer.from("XFIXES\0\0");
    const extension = await this.ask(
      Buffer.concat([Buffer.from([queryExtension, 0, 4, 0, 6, 0, 0, 0]), name]),
    );
    const major = extension[9]!;
    await this.ask(Buffer.from([major, fixesQueryVersion, 3, 0, 2, 0, 0, 0, 0, 0, 0, 0]));
    const reply = await this.ask(Buffer.from([major, fixesGetCursorImage, 1, 0]));
    const [width, height] = [reply.readUInt16LE(12), reply.readUInt16LE(14)];
    const pixels = Array.from({ length: width * height }, (_, n) => {
      const [b, g, r, a] = reply.subarray(32 + 4 * n);
      return [r!, g!, b!, a!];
    });
    const [hotX, hotY] = [reply.readUInt16LE(16), reply.readUInt16LE(18)];
    return { width, height, hotX, hotY, pixels: pixels.flat() };
  }

  private ask(request: Buffer): Promise<Buffer> {
    if (this.waiting) return Promise.reject(new Error("one question at a time"));
    return new Promise<Buffer>((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.socket.write(request);
    }).finally(() => (this.waiting = undefined));
  }

  /** Pieces are joined only when they make a message: a screenshot comes in hundreds. */
  private take(data: Buffer): void {
    this.input.push(data);
    this.received += data.length;
    if (this.received < this.wanted) return;
    let rest = Buffer.concat(this.input);
    while (rest.length >= (this.wanted = messageSize(rest))) {
      this.answer(rest.subarray(0, this.wanted));
      rest = rest.subarray(this.wanted);
    }
    this.input = [rest];
    this.received = rest.length;
  }

  private answer(message: Buffer): void {
    if (message[0] === 0) this.waiting?.reject(new Error(`X error ${message[1]}`));
    if (message[0] === 1) this.waiting?.resolve(message);
    // Anything else is an event that nobody asked for, such as a new keyboard mapping.
  }
}

/** Errors and events have 32 bytes, replies say how many words follow those. */
function messageSize(input: Buffer): number {
  return input.length >= 8 && input[0] === 1 ? 32 + 4 * input.readUInt32LE(4) : 32;
}

async function readSetup(socket: Socket): Promise<Buffer> {
  let setup = Buffer.alloc(0);
  while (setup.length < 8 || setup.length < 8 + 4 * setup.readUInt16LE(6)) {
    const [data] = (await once(socket, "data")) as [Buffer];
    setup = Buffer.concat([setup, data]);
  }
  if (setup[0] !== 1) throw new Error(`the X server refused: ${setup.toString("latin1", 8)}`);
  return setup;
}
