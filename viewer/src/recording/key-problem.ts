/** Why a key did not open a recording. */
export type KeyProblem =
  /** The file has no key. */
  | "no_key"
  /** It is a key, and not one of those that can open this recording. */
  | "wrong_key"
  /** The key is locked with a passphrase, which is needed, or was wrong. */
  | "passphrase"
  | "wrong_passphrase";

export class KeyRefused extends Error {
  constructor(readonly problem: KeyProblem) {
    super(problem);
    this.name = "KeyRefused";
  }
}
