/** Full screen, with the keys that the system would keep where the browser allows it. */

interface KeyboardLock {
  lock?: () => Promise<void>;
}

/** Shows an element on the full screen, or ends that. A browser may refuse. */
export async function toggleFullScreen(element: HTMLElement | null): Promise<void> {
  try {
    if (document.fullscreenElement) {
      await document.exitFullscreen();
      return;
    }
    await element?.requestFullscreen();
    // Escape, Alt+Tab and the system key go to the host; holding Escape leaves.
    await (navigator as Navigator & { keyboard?: KeyboardLock }).keyboard?.lock?.();
  } catch {
    // Refused: the page stays as it is, which is to be seen.
  }
}
