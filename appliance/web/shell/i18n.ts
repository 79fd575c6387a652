import { i18n, type Messages } from "@lingui/core";

export const languages = ["en", "de"] as const;
export type Language = (typeof languages)[number];
const remembered = "lifeos.language";

const catalogues: Record<Language, () => Promise<{ messages: Messages }>> = {
  en: () => import("../locales/en.po"),
  de: () => import("../locales/de.po"),
};

/** The language before the profile can be read: what was used last here, else what the browser asks for. */
export function firstLanguage(): Language {
  const wanted = [localStorage.getItem(remembered), ...navigator.languages.map((tag) => tag.split("-")[0])];
  return languages.find((language) => wanted.find((tag) => (languages as readonly (string | null | undefined)[]).includes(tag)) === language) ?? "en";
}

export async function speak(language: Language): Promise<void> {
  const { messages } = await catalogues[language]();
  i18n.loadAndActivate({ locale: language, messages });
  document.documentElement.lang = language;
  localStorage.setItem(remembered, language);
}

export { i18n };
