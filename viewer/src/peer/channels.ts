/** The data channels between host and technician, as PROTOCOL.md section 9 lists them. */

export interface Channels {
  control: RTCDataChannel;
  input: RTCDataChannel;
  pointer: RTCDataChannel;
  cursor: RTCDataChannel;
  tile: RTCDataChannel;
  chat: RTCDataChannel;
  clipboard: RTCDataChannel;
  files: RTCDataChannel;
}

// Nothing on these is sent again by the transport: input repeats itself until it is
// acknowledged, a newer place replaces a lost one, and the video has what a tile shows.
const lossy = { negotiated: true, ordered: false, maxRetransmits: 0 } as const;

/** Opens the channels by their stream numbers; nothing is announced in band. */
export function openChannels(pc: RTCPeerConnection): Channels {
  return {
    control: pc.createDataChannel("control", { negotiated: true, id: 0 }),
    input: pc.createDataChannel("input", { ...lossy, id: 1 }),
    pointer: pc.createDataChannel("pointer", { ...lossy, id: 2 }),
    cursor: pc.createDataChannel("cursor", { ...lossy, id: 3 }),
    tile: pc.createDataChannel("tile", { ...lossy, id: 4 }),
    chat: pc.createDataChannel("chat", { negotiated: true, id: 5 }),
    clipboard: pc.createDataChannel("clipboard", { negotiated: true, id: 6 }),
    files: pc.createDataChannel("files", { negotiated: true, id: 7 }),
  };
}
