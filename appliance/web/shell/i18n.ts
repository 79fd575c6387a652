import { i18n, type Messages } from "@lingui/core";
import { remembered } from "./remembered";

export const languages = ["en", "de"] as const;
export type Language = (typeof languages)[number];
/** The messages of one part of the app, a chunk for each language. */
export type Catalogue = Record<Language, () => Promise<{ messages: Messages }>>;
const lastSpoken = "lifeos.language";

/** What is spoken: the words of every screen, and of each part that was opened its own. */
const spoken = new Set<Catalogue>([
  {
    en: () => import("../locales/en.po"),
    de: () => import("../locales/de.po"),
  },
]);

/** The language before the profile can be read: what was used last here, else what the browser asks for. */
export function firstLanguage(): Language {
  const wanted = [remembered.get(lastSpoken), ...navigator.languages.map((tag) => tag.split("-")[0])];
  return languages.find((language) => wanted.find((tag) => (languages as readonly (string | null | undefined)[]).includes(tag)) === language) ?? "en";
}

export async function speak(language: Language): Promise<void> {
  const parts = await Promise.all([...spoken].map((catalogue) => catalogue[language]()));
  i18n.loadAndActivate({ locale: language, messages: Object.assign({}, ...parts.map(({ messages }) => messages)) });
  document.documentElement.lang = language;
  remembered.set(lastSpoken, language);
}

/** Fetches a part of the app together with its words, which the first page goes without. */
export async function withWords<Part>(part: Promise<Part>, catalogue: Catalogue): Promise<Part> {
  spoken.add(catalogue);
  const language = i18n.locale as Language;
  const [fetched, { messages }] = await Promise.all([part, catalogue[language]()]);
  i18n.load(language, messages);
  return fetched;
}

export { i18n };
