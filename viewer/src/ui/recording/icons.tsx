/** Icons of the player, on the grid of the others. */

import type { ComponentChildren } from "preact";

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {children}
    </svg>
  );
}

export const PlayIcon = () => (
  <Icon>
    <path
      class="filled"
      d="M4.5 2.8v10.4a.6.6 0 0 0 .9.5l8-5.2a.6.6 0 0 0 0-1l-8-5.2a.6.6 0 0 0-.9.5Z"
    />
  </Icon>
);

export const StillIcon = () => (
  <Icon>
    <rect class="filled" x="3.5" y="2.5" width="3.2" height="11" rx="0.8" />
    <rect class="filled" x="9.3" y="2.5" width="3.2" height="11" rx="0.8" />
  </Icon>
);

export const NextIcon = () => (
  <Icon>
    <path d="M5 3.5 9.5 8 5 12.5M12 3.5v9" />
  </Icon>
);

export const PreviousIcon = () => (
  <Icon>
    <path d="M11 3.5 6.5 8l4.5 4.5M4 3.5v9" />
  </Icon>
);
