/** Another language, for who is not asked by their browser's. */

import { languages, names } from "../../languages/text.ts";
import type { Language, Text } from "../../languages/text.ts";

export function Languages({ t, choose }: { t: Text; choose: (l: Language) => void }) {
  return (
    <nav class="languages" aria-label={t("language.choose")}>
      {languages.map((language) => (
        <button
          key={language}
          type="button"
          class="button quiet"
          lang={language}
          data-testid={`language-${language}`}
          aria-pressed={language === t.language}
          onClick={() => choose(language)}
        >
          {names[language]}
        </button>
      ))}
    </nav>
  );
}
