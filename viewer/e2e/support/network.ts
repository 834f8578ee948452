import { run } from "./program.ts";

const table = "lendhand_e2e";

/** Fails outside the namespaces that .ci/e2e makes: the machine's own are nobody's to change. */
export function needsOwnNamespaces(): void {
  if (process.env["LENDHAND_OWN_NETWORK"]) return;
  throw new Error("a test needs a network of its own: run it with `make test-e2e`, as root");
}

/** A network that lets no UDP through to one port, as many offices have it. Gives what lifts it. */
export function blockUDP(port: number): Promise<() => Promise<void>> {
  return block(`udp dport ${port}`);
}

/** A network that lets no UDP through at all from now on. Gives what lifts it. */
export function blockAllUDP(): Promise<() => Promise<void>> {
  return block("meta l4proto udp");
}

async function block(what: string): Promise<() => Promise<void>> {
  needsOwnNamespaces();
  const rules = [
    `add table inet ${table}`,
    `add chain inet ${table} output { type filter hook output priority 0; }`,
    `add rule inet ${table} output ${what} drop`,
  ];
  await run("nft", ["-f", "-"], { input: rules.join("\n") });
  return async () => {
    await run("nft", ["delete", "table", "inet", table]);
  };
}
