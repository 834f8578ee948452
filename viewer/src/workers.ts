/** The scripts that run beside the page's own. */

import opener from "./recording/opener.worker.ts?worker&url";
import tiles from "./tiles/worker.ts?worker&url";

/** As much of Trusted Types as this page uses. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): Policy;
}
interface Policy {
  createScriptURL(url: string): unknown;
}

const addresses = { opener, tiles };

// The relay's policy lets the page load these beside its own script, and only by this name.
const policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy(
  "lendhand-worker",
  {
    createScriptURL(url) {
      if (!Object.values(addresses).includes(url)) throw new TypeError("not a worker");
      return url;
    },
  },
);

/** Starts one of the workers. Throws in a browser that has none. */
export function startWorker(name: keyof typeof addresses): Worker {
  const address = addresses[name];
  const trusted = policy?.createScriptURL(address) ?? address;
  return new Worker(trusted as string, { type: "module" });
}
