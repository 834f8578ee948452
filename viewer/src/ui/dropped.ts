/** Files that are dropped on the page. */

import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { allows } from "../session/state.ts";
import type { Live } from "../session/state.ts";

/**
 * Takes what is dropped anywhere on the page, which the browser would open in its place otherwise.
 * Returns what was wrong with it.
 */
export function useDropped(
  state: Live,
  root: RefObject<HTMLElement | null>,
  take: (files: readonly File[]) => void,
): string {
  const [trouble, setTrouble] = useState("");
  const latest = useRef({ state, take });
  latest.current = { state, take };
  useEffect(() => {
    const over = (e: DragEvent) => {
      e.preventDefault();
      const isAllowed = allows(latest.current.state, "files-to-host");
      if (e.dataTransfer) e.dataTransfer.dropEffect = isAllowed ? "copy" : "none";
      root.current?.classList.toggle("dropping", isAllowed && e.type === "dragover");
    };
    const drop = (e: DragEvent) => {
      over(e);
      if (!allows(latest.current.state, "files-to-host")) return;
      const { files, hasFolder } = droppedIn(e.dataTransfer);
      setTrouble(hasFolder ? "A folder cannot be sent: pack it into one file first." : "");
      latest.current.take(files);
    };
    const handlers = { dragover: over, dragleave: over, drop };
    for (const [kind, act] of Object.entries(handlers)) window.addEventListener(kind, act as never);
    return () => {
      for (const [kind, act] of Object.entries(handlers))
        window.removeEventListener(kind, act as never);
    };
  }, []);
  return trouble;
}

function droppedIn(data: DataTransfer | null): { files: File[]; hasFolder: boolean } {
  const items = [...(data?.items ?? [])].filter((i) => i.kind === "file");
  const isFolder = (i: DataTransferItem) => i.webkitGetAsEntry?.()?.isDirectory ?? false;
  const files = items.filter((i) => !isFolder(i)).map((i) => i.getAsFile());
  return { files: files.filter((f) => f !== null), hasFolder: items.some(isFolder) };
}
