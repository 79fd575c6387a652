import type { Catalogue } from "../i18n";

/** The words of the screens about other people. Who lives alone never fetches them. */
export const peopleWords: Catalogue = {
  en: () => import("../../locales/people-en.po"),
  de: () => import("../../locales/people-de.po"),
};
