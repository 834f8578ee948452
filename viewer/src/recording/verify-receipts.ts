/** The relay's receipts: that it had each part, and when, by its own clock. */

import { Faulty } from "./verify-chain.ts";
import { isReceipted, keyID, keyOf } from "./verify-links.ts";
import type { Link } from "./verify-links.ts";
import { bytesOf, MANIFEST } from "./verify-lines.ts";
import type { Receipt } from "./verify-lines.ts";

export interface ReceiptReport {
  /** When the relay had the manifest, and the newest part; undefined where no receipt was checked. */
  first: Date | undefined;
  last: Date | undefined;
  /** IDs of keys that receipts name and that are not known here: those receipts prove nothing. */
  unknown: string[];
}

export class Receipts {
  readonly #keys: ReadonlyMap<string, CryptoKey>;
  readonly #unknown = new Set<string>();
  #first: number | undefined;
  #last: number | undefined;

  private constructor(keys: ReadonlyMap<string, CryptoKey>) {
    this.#keys = keys;
  }

  /** Knows these keys: 32 bytes each, in base64url. */
  static async with(keys: readonly string[]): Promise<Receipts> {
    const known = await Promise.all(
      keys.map(async (text) => {
        const bytes = bytesOf(text, 32);
        return [await keyID(bytes), await keyOf(bytes)] as const;
      }),
    );
    return new Receipts(new Map(known));
  }

  /** Takes the receipt for a part whose link is `link`. Throws Faulty. */
  async take(r: Receipt, part: number, link: Link): Promise<void> {
    const fault = (what: string) => new Faulty({ part, kind: "altered", at: 0, what });
    if (r.part !== part) throw fault("has the receipt of another part");
    const key = this.#keys.get(r.key);
    if (!key) {
      this.#unknown.add(r.key);
      return;
    }
    if (!(await isReceipted(key, link, r)))
      throw fault("has a receipt that the relay did not give");
    if (part === MANIFEST) this.#first = r.time;
    this.#last = r.time;
  }

  report(): ReceiptReport {
    const date = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms));
    return { first: date(this.#first), last: date(this.#last), unknown: [...this.#unknown] };
  }
}
