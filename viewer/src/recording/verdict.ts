/** The verdict of a verification in one sentence, as the command line prints it. */

import { faultWords, timeWords } from "./verify-chain.ts";
import type { Verdict } from "./verify.ts";

export function verdictLine(v: Verdict): string {
  if (v.fault) return faultWords(v.fault);
  const parts = v.parts === 1 ? "the only part is" : `all ${v.parts} parts are`;
  return `${parts} as the host made ${v.parts === 1 ? "it" : "them"}, up to ${timeWords(v.end)}`;
}
