import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { temporary } from "./folder.ts";

/** A folder of programs for people to fetch. What is in them does not matter here. */
export class Programs {
  private constructor(private readonly home: ReturnType<typeof temporary>) {}

  static make(names = ["lendhand", "lendhand.exe", "lendhand.app.zip"]): Programs {
    const programs = new Programs(temporary("downloads"));
    for (const name of names) programs.put(name, `the program ${name}\n`.repeat(200_000));
    return programs;
  }

  get folder(): string {
    return this.home.path;
  }

  /** Lays a program there, or another one in its place, and gives its SHA-256. */
  put(name: string, content: string): string {
    writeFileSync(join(this.folder, name), content);
    return createHash("sha256").update(content).digest("hex");
  }

  remove(): void {
    this.home.remove();
  }
}

/** A picture that somebody chooses of themselves, drawn in their browser. */
export async function face(page: Page, width = 1600, height = 1200) {
  const drawn = await page.evaluate(
    ([width, height]) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [width, height];
      const c = canvas.getContext("2d")!;
      const disc = (colour: string, x: number, y: number, r: number) => {
        c.fillStyle = colour;
        c.beginPath();
        c.arc(x * width, y * height, r * height, 0, 7);
        c.fill();
      };
      c.fillStyle = "#7aa";
      c.fillRect(0, 0, width, height);
      disc("#364", 0.5, 1.05, 0.45);
      disc("#c96", 0.5, 0.45, 0.28);
      disc("#222", 0.46, 0.42, 0.03);
      disc("#222", 0.54, 0.42, 0.03);
      return canvas.toDataURL("image/jpeg", 0.95).split(",")[1]!;
    },
    [width, height] as const,
  );
  return { name: "me.jpg", mimeType: "image/jpeg", buffer: Buffer.from(drawn, "base64") };
}
