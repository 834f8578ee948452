/** What people copy, each with a button of its own. */

import type { Text } from "../../languages/text.ts";
import { Copy } from "../parts.tsx";

interface CopyTextProps {
  t: Text;
  text: string;
  /** What is copied, for who does not see it beside the button. */
  label?: string;
}

export function CopyText({ t, text, label = t("copy") }: CopyTextProps) {
  return <Copy text={text} label={label} done={t("copied")} refused={t("copy.refused")} />;
}

interface CommandProps {
  t: Text;
  /** The words of each line. */
  lines: readonly (readonly string[])[];
  testId: string;
}

/** Lines to type into a terminal. */
export function Command({ t, lines, testId }: CommandProps) {
  return (
    <div class="command">
      <code data-testid={testId} dir="ltr" translate={false}>
        {lines.map((words, line) => (
          <span class="line" key={line}>
            {words.map((word, at) => [at > 0 && " ", <span key={at}>{word}</span>])}
          </span>
        ))}
      </code>
      <CopyText t={t} text={lines.map((words) => words.join(" ")).join("\n")} />
    </div>
  );
}

/** A hash, in groups to compare by eye. */
export function Hash({ t, hex, testId }: { t: Text; hex: string; testId: string }) {
  return (
    <div class="command">
      <code class="hash" data-testid={testId} dir="ltr" translate={false}>
        {hex}
      </code>
      <CopyText t={t} text={hex} />
    </div>
  );
}
