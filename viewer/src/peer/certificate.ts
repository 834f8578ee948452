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

/** The SHA-256 fingerprint that a session description names (RFC 8122); throws without one. */
export function fingerprintInSDP(sdp: string): string {
  const found = /^a=fingerprint:sha-256 ([0-9A-Fa-f:]+)\s*$/im.exec(sdp);
  if (!found?.[1]) throw new Error("no fingerprint in the session description");
  return written(found[1]);
}

function written(pairs: string): string {
  return `sha-256 ${pairs.toUpperCase()}`;
}
