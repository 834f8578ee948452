/** Full screen, with the keys that the system would keep where the browser allows it. */

interface KeyboardLock {
  lock?: () => Promise<void>;
  unlock?: () => void;
}

/**
 * Shows an element on the full screen, or ends that. A browser may refuse either, and
 * the keys alone: then the menu of keys remains.
 */
export async function toggleFullScreen(element: HTMLElement | null): Promise<void> {
  try {
    if (document.fullscreenElement) {
      await document.exitFullscreen();
      return;
    }
    if (!element) return;
    await element.requestFullscreen();
    document.addEventListener("fullscreenchange", unlock);
    // Escape, Alt+Tab, Ctrl+W and the system key go to the host; holding Escape leaves.
    await keyboard()?.lock?.();
  } catch {
    // Refused: the page stays as it is, which is to be seen.
  }
}

/** Gives the keys back, however the full screen ended. */
function unlock(): void {
  if (document.fullscreenElement) return;
  document.removeEventListener("fullscreenchange", unlock);
  keyboard()?.unlock?.();
}

function keyboard(): KeyboardLock | undefined {
  return (navigator as Navigator & { keyboard?: KeyboardLock }).keyboard;
}
