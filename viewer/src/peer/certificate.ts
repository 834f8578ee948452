/**
 * The DTLS certificate of one session. It exists before the code is redeemed, for the
 * grant is bound to its fingerprint.
 */

/** A certificate with its fingerprint as the protocol writes it: `sha-256 4A:AD:…`. */
export interface Identity {
  certificate: RTCCertificate;
  fingerprint: string;
}

/** Makes a new ECDSA P-256 certificate. */
export async function newIdentity(): Promise<Identity> {
  const algorithm: EcKeyGenParams = { name: "ECDSA", namedCurve: "P-256" };
  const certificate = await RTCPeerConnection.generateCertificate(algorithm);
  const fingerprint = fingerprintOf(certificate) ?? (await fingerprintByOffer(certificate));
  return { certificate, fingerprint };
}

// Not every browser has getFingerprints.
function fingerprintOf(certificate: RTCCertificate): string | undefined {
  if (typeof certificate.getFingerprints !== "function") return undefined;
  const found = certificate.getFingerprints().find((f) => f.algorithm === "sha-256");
  return found?.value === undefined ? undefined : written(found.value);
}

async function fingerprintByOffer(certificate: RTCCertificate): Promise<string> {
  const pc = new RTCPeerConnection({ certificates: [certificate] });
  try {
    pc.createDataChannel("fingerprint");
    const offer = await pc.createOffer();
    return fingerprintInSDP(offer.sdp ?? "");
  } finally {
    pc.close();
  }
}

/**
 * The one SHA-256 fingerprint that a session description names (RFC 8122); throws without one,
 * and when it names several.
 */
export function fingerprintInSDP(sdp: string): string {
  const named = [...sdp.matchAll(/^a=fingerprint:(.*)$/gim)].map((m) => m[1] ?? "");
  const found = new Set(named.map((n) => /^sha-256 ([0-9A-F:]+)$/.exec(upper(n))?.[1]));
  const [pairs] = found;
  if (found.size !== 1 || !pairs) throw new Error("no fingerprint, or several, in the description");
  return written(pairs);
}

function upper(fingerprint: string): string {
  return fingerprint.trim().toUpperCase().replace("SHA-256", "sha-256");
}

function written(pairs: string): string {
  return `sha-256 ${pairs.toUpperCase()}`;
}
