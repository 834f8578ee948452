/** Keys that open recordings: checked when typed, and made in the browser. */

/** What is wrong with a public key of age; empty when nothing is. */
export async function keyProblem(text: string): Promise<string> {
  const key = text.trim();
  if (key === "") return "";
  if (/^AGE-(SECRET-KEY|PLUGIN)-/i.test(key)) {
    return "This is the secret half. Never give it to anybody: paste the one that begins with age1.";
  }
  if (!key.startsWith("age1")) return "A public key begins with age1.";
  try {
    const { Encrypter } = await import("age-encryption");
    new Encrypter().addRecipient(key);
    return "";
  } catch {
    return "This is no whole public key of age: a character is wrong, or the end is missing.";
  }
}

/** Both halves of a key. */
export interface KeyPair {
  /** AGE-SECRET-KEY-1…: stays with whoever opens. */
  identity: string;
  /** age1… */
  recipient: string;
}

/** Makes a key of age (X25519), here. */
export async function makeKey(): Promise<KeyPair> {
  const { generateX25519Identity, identityToRecipient } = await import("age-encryption");
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

/** The file of a key, as the programs of age write and read it. */
export function keyFile({ identity, recipient }: KeyPair, made: Date): string {
  const time = made.toISOString().replace(/\.\d+Z$/, "Z");
  return `# created: ${time}\n# public key: ${recipient}\n${identity}\n`;
}
