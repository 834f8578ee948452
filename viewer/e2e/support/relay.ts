import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import { connect } from "node:tls";
import { join } from "node:path";
import { checkout, temporary } from "./folder.ts";
import { Program, run } from "./program.ts";
import { eventually } from "./wait.ts";

export const relayBinary = join(checkout, "bin", "lendhand-relay");

export type Role = "technician" | "auditor" | "admin";

/** Where a relay listens, and what it is called there. */
interface Place {
  address: string;
  name: string;
}

const here: Place = { address: "127.0.0.1", name: "localhost" };

/** The relay under test, on a port of its own, with a data folder of its own. */
export class Relay {
  private program: Program | undefined;

  private constructor(
    readonly port: number,
    private readonly place: Place,
    private readonly folder: ReturnType<typeof temporary>,
    private readonly extra: readonly string[],
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /**
   * Starts a relay and waits until it answers. `extra` are more arguments of `serve`. It listens on
   * loopback unless another address of this machine is given. `env` adds to its environment.
   */
  static async start(extra: readonly string[] = [], address?: string, env = {}): Promise<Relay> {
    const place = address ? { address, name: address } : here;
    const port = await freePort(place.address);
    const relay = new Relay(port, place, temporary("relay"), extra, env);
    await relay.restart();
    return relay;
  }

  get url(): string {
    return `https://${this.place.name}:${this.port}`;
  }

  get data(): string {
    return this.folder.path;
  }

  /** The development authority's certificate. */
  get ca(): string {
    return join(this.data, "ca.pem");
  }

  get pid(): number {
    return this.running.pid;
  }

  /** Its process, since it was started last. */
  get running(): Program {
    if (!this.program) throw new Error("the relay is not running");
    return this.program;
  }

  /** Starts the program, again after a `stop` or a `kill`: same port, same data. */
  async restart(): Promise<void> {
    const place = ["--data", this.data, "--listen", `${this.place.address}:${this.port}`];
    const args = ["serve", ...place, "--public-url", this.url, ...this.extra];
    const env = { ...process.env, ...this.env };
    const program = new Program("lendhand-relay", relayBinary, args, { env });
    this.program = program;
    await eventually("the relay answers", async () => !program.running || (await this.answers()));
    if (!program.running) throw new Error(`the relay ended\n${program.report()}`);
  }

  /** Makes an account, as an administrator does on the command line. */
  async addUser(name: string, role: Role, password: string): Promise<void> {
    const args = ["user", "add", name, "--role", role, "--data", this.data];
    await run(relayBinary, args, { input: password });
  }

  /** Changes rules of the organisation, as an administrator does; the relay follows in a second. */
  async changeRules(change: object): Promise<void> {
    const place = ["--data", this.data];
    const policy = JSON.parse(await run(relayBinary, ["policy", "show", ...place])) as {
      organisation: object;
    };
    policy.organisation = { ...policy.organisation, ...change };
    const input = JSON.stringify(policy);
    await run(relayBinary, ["policy", "set", "-", ...place], { input });
  }

  /** Ends the program in order; its data stays. Gives its exit code. */
  async stop(): Promise<number | string> {
    return (await this.program?.stop()) ?? 0;
  }

  /** Ends the program at once; its data stays. */
  async kill(): Promise<void> {
    await this.program?.kill();
  }

  /** Ends the program and removes its data. */
  async remove(): Promise<void> {
    await this.stop();
    this.folder.remove();
  }

  report(): string {
    return this.program?.report() ?? "";
  }

  /** Whether it completes a TLS handshake that its own authority vouches for. */
  async answers(): Promise<boolean> {
    const { address, name } = this.place;
    const socket = connect({
      host: address,
      port: this.port,
      ca: readFileSync(this.ca),
      ...(name === address ? {} : { servername: name }), // TLS knows no addresses there
    });
    try {
      await once(socket, "secureConnect");
      return true;
    } finally {
      socket.destroy();
    }
  }
}

/** A TCP port that nobody had a moment ago. */
export async function freePort(address = here.address): Promise<number> {
  const server = createServer().listen(0, address);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
