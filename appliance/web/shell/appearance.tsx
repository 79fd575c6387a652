import { useProfile } from "@lifeos/core";
import { useEffect } from "react";
import { languages, speak } from "./i18n";
import { preferences } from "./preferences";

/** Dresses the page as the profile says, and remembers it for the locked page. */
export function Appearance() {
  const profile = useProfile();
  const theme = profile?.theme;
  const density = profile?.density;
  const language = profile?.language;
  useEffect(() => {
    if (theme) preferences.set("theme", theme === "system" ? null : theme);
  }, [theme]);
  useEffect(() => {
    if (density) preferences.set("density", density);
  }, [density]);
  useEffect(() => {
    const known = languages.find((candidate) => candidate === language);
    if (known) void speak(known);
  }, [language]);
  return null;
}
