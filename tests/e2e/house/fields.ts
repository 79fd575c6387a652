import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "@playwright/test";

const project = path.resolve(import.meta.dirname, "../../..");
const sources = ["appliance/web/shell", "appliance/web/design", "crates/domains"];

/** What draws a field for text, in the page's own sources. */
const drawing = /<(TextField|SearchField|EditableText|Notes|Picker|input|textarea|Input|AriaTextField|AriaTextArea|AriaSearchField|NumberField|ComboBox)\s|contentEditable/g;
const label = /\b(?:aria-)?label=(?:\{t`([^`]*)`\}|"([^"]*)")/;

export type DrawnField = { file: string; label: string };

/** Every place in the page's sources that draws a field for text under a name of its own, and the files that draw one without. */
export function fieldsOfSources(): { named: DrawnField[]; unnamed: string[] } {
  const named: DrawnField[] = [];
  const unnamed = new Set<string>();
  for (const file of sources.flatMap(screensIn)) {
    const text = readFileSync(path.join(project, file), "utf8");
    for (const { index } of text.matchAll(drawing)) {
      const found = label.exec(tagAt(text, index));
      const name = found?.[1] ?? found?.[2];
      if (name === undefined) unnamed.add(file);
      else named.push({ file, label: name });
    }
  }
  return { named, unnamed: [...unnamed].toSorted() };
}

function screensIn(folder: string): string[] {
  return readdirSync(path.join(project, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /(?<!\.test)\.tsx$/.test(file) && !file.includes("node_modules"))
    .map((file) => path.join(folder, file));
}

/** A tag's text from its `<` to the `>` that ends it, past those that stand in braces. */
function tagAt(text: string, from: number): string {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "{") depth += 1;
    else if (text[at] === "}") depth -= 1;
    else if (text[at] === ">" && depth === 0) return text.slice(from, at);
  }
  return text.slice(from);
}

/** Notes, for each name of a field, whether a page has drawn it and the texts that stood in it. */
export class Fields {
  readonly met = new Set<string>();
  readonly #typed = new Map<string, Set<string>>();

  /** Watches a page from its next load on. */
  async watch(page: Page): Promise<void> {
    await page.exposeFunction("fieldMet", (name: string) => void this.met.add(name));
    await page.exposeFunction("fieldTyped", (name: string, text: string) => void this.#typed.set(name, (this.#typed.get(name) ?? new Set()).add(text)));
    await page.addInitScript(() => {
      type Told = { fieldMet: (name: string) => void; fieldTyped: (name: string, text: string) => void };
      const told = window as unknown as Told;
      // The parts of a date or a time take digits alone.
      const fields = "textarea, [contenteditable]:not([role=spinbutton]), input:not([type=checkbox], [type=radio], [type=button], [type=file], [type=hidden])";
      const nameOf = (field: Element) => (field.getAttribute("aria-label") ?? (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.labels?.[0]?.textContent : null) ?? "").trim();
      const look = () => {
        for (const field of document.querySelectorAll(fields)) if (field.checkVisibility()) told.fieldMet(nameOf(field));
      };
      new MutationObserver(() => requestAnimationFrame(look)).observe(document, { childList: true, subtree: true });
      document.addEventListener("input", ({ target }) => (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) && told.fieldTyped(nameOf(target), target.value), true);
    });
    await page.reload();
  }

  /** How many of these texts stood in a field of this name. */
  count(name: string, texts: ReadonlySet<string>): number {
    return [...(this.#typed.get(name) ?? [])].filter((text) => texts.has(text)).length;
  }
}
