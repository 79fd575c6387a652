import type { Catalogue } from "../i18n";

/** The words of what is said of the box itself. Who does not run it never fetches them. */
export const boxWords: Catalogue = {
  en: () => import("../../locales/box-en.po"),
  de: () => import("../../locales/box-de.po"),
};
