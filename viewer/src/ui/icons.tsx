/** Icons of our own, on a grid of 16, drawn with the colour of the text around them. */

import type { ComponentChildren } from "preact";

function Icon(props: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {props.children}
    </svg>
  );
}

export const StopIcon = () => (
  <Icon>
    <rect class="filled" x="4" y="4" width="8" height="8" rx="1.5" />
  </Icon>
);

export const FitIcon = () => (
  <Icon>
    <path d="M2 5.5V3.5A1.5 1.5 0 0 1 3.5 2h2M10.5 2h2A1.5 1.5 0 0 1 14 3.5v2M14 10.5v2a1.5 1.5 0 0 1-1.5 1.5h-2M5.5 14h-2A1.5 1.5 0 0 1 2 12.5v-2" />
    <rect x="5" y="5.5" width="6" height="5" rx="0.75" />
  </Icon>
);

export const PixelsIcon = () => (
  <Icon>
    <rect x="1.75" y="2.75" width="12.5" height="10.5" rx="1.5" />
    <path d="M4.5 6.2 5.7 5.5v5M10.3 6.2l1.2-.7v5M8 6.6v.1M8 9.3v.1" />
  </Icon>
);

export const FullScreenIcon = () => (
  <Icon>
    <path d="M9.5 2H14v4.5M14 2 9.5 6.5M6.5 14H2V9.5M2 14l4.5-4.5" />
  </Icon>
);

export const StatsIcon = () => (
  <Icon>
    <path d="M2 13.5h12M4 11V8.5M8 11V3.5M12 11V6" />
  </Icon>
);

export const KeysIcon = () => (
  <Icon>
    <rect x="1.5" y="4" width="13" height="8.5" rx="1.5" />
    <path d="M4.2 6.8v.01M6.7 6.8v.01M9.3 6.8v.01M11.8 6.8v.01M5 9.8h6" />
  </Icon>
);

export const SendKeysIcon = () => (
  <Icon>
    <path d="M14.5 9.5V11A1.5 1.5 0 0 1 13 12.5H3A1.5 1.5 0 0 1 1.5 11V7A1.5 1.5 0 0 1 3 5.5h4.5" />
    <path d="M4.4 9.5h5.2M10.5 3.5h4M12.5 1.5l2 2-2 2" />
  </Icon>
);

export const UpIcon = () => (
  <Icon>
    <path d="m4 10 4-4 4 4" />
  </Icon>
);

export const DownIcon = () => (
  <Icon>
    <path d="m4 6 4 4 4-4" />
  </Icon>
);

export const DownloadIcon = () => (
  <Icon>
    <path d="M8 2v8M4.5 6.8 8 10.2l3.5-3.4M2.5 11.5V13A1 1 0 0 0 3.5 14h9a1 1 0 0 0 1-1v-1.5" />
  </Icon>
);

export const EyeIcon = () => (
  <Icon>
    <path d="M1.5 8S4 3.5 8 3.5 14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8Z" />
    <circle cx="8" cy="8" r="2" />
  </Icon>
);

export const PointerIcon = () => (
  <Icon>
    <path d="m3.5 2.5 9 4.3-3.9 1.5-1.6 4Z" />
  </Icon>
);

export const ShieldIcon = () => (
  <Icon>
    <path d="M8 1.75 13 3.5v4c0 3.2-2 5.6-5 6.75C5 13.1 3 10.7 3 7.5v-4Z" />
  </Icon>
);

export const ShieldYesIcon = () => (
  <Icon>
    <path d="M8 1.75 13 3.5v4c0 3.2-2 5.6-5 6.75C5 13.1 3 10.7 3 7.5v-4Z" />
    <path d="m5.8 7.8 1.6 1.6 2.9-3.2" />
  </Icon>
);

export const ShieldNoIcon = () => (
  <Icon>
    <path d="M8 1.75 13 3.5v4c0 3.2-2 5.6-5 6.75C5 13.1 3 10.7 3 7.5v-4Z" />
    <path d="M8 5v3.2M8 10.4v.01" />
  </Icon>
);

export const PauseIcon = () => (
  <Icon>
    <path d="M5.5 3.5v9M10.5 3.5v9" />
  </Icon>
);

export const ChatIcon = () => (
  <Icon>
    <path d="M3.5 2.5h9A1.5 1.5 0 0 1 14 4v5.5A1.5 1.5 0 0 1 12.5 11H7.5l-3.5 3v-3h-.5A1.5 1.5 0 0 1 2 9.5V4a1.5 1.5 0 0 1 1.5-1.5Z" />
  </Icon>
);

export const FilesIcon = () => (
  <Icon>
    <path d="M9 1.75H4.5A1.5 1.5 0 0 0 3 3.25v9.5a1.5 1.5 0 0 0 1.5 1.5h7a1.5 1.5 0 0 0 1.5-1.5v-7Zm0 0v4h4" />
    <path d="M6.25 8.5v3.25M5 9.75 6.25 8.5 7.5 9.75M9.75 8.5v3.25M8.5 10.5l1.25 1.25L11 10.5" />
  </Icon>
);

export const PutIcon = () => (
  <Icon>
    <rect x="6.5" y="3" width="7" height="10.5" rx="1.5" />
    <path d="M1.5 8.25h8M7 5.75l2.5 2.5L7 10.75" />
  </Icon>
);

export const TakeIcon = () => (
  <Icon>
    <rect x="6.5" y="3" width="7" height="10.5" rx="1.5" />
    <path d="M10 8.25H2M4.5 5.75 2 8.25l2.5 2.5" />
  </Icon>
);

export const CloseIcon = () => (
  <Icon>
    <path d="m4.5 4.5 7 7M11.5 4.5l-7 7" />
  </Icon>
);

export const AlertIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="6.25" />
    <path d="M8 4.75v3.75M8 11v.01" />
  </Icon>
);

/** The sign of Lendhand: two pointers on one screen. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect class="mark-ground" width="32" height="32" rx="8" />
      <path class="mark-second" d="m15.5 7.5 10.4 5-4.6 1.7-1.9 4.6Z" />
      <path class="mark-first" d="m6 10.5 13.6 6.6-6 2.2-2.5 6Z" />
    </svg>
  );
}

/** The sign with the name. */
export function Wordmark() {
  return (
    <span class="wordmark">
      <Mark />
      <span class="wordmark-name">Lendhand</span>
    </span>
  );
}
