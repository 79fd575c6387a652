import type { Catalogue } from "../i18n";

/** The words of taking one's data along. */
export const exportWords: Catalogue = {
  en: () => import("../../locales/export-en.po"),
  de: () => import("../../locales/export-de.po"),
};
