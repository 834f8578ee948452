/** Giving what this page has made to the person, as a file. */

/** How long an address of a file stays good: until the browser has begun to save it. */
const KEEP_MS = 60_000;

/** Offers a file to be saved. */
export function save(name: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEEP_MS);
}
