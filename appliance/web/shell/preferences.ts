import { remembered } from "./remembered";

/** What this browser remembers about looks and keys: nothing of a life, and no key. */
export type Preference = "theme" | "density" | "singleLetters" | "removedSeen" | "boxAlarmsSeen";

const listeners = new Set<() => void>();

export const preferences = {
  get: (name: Preference): string | null => remembered.get(`lifeos.${name}`),
  set: (name: Preference, value: string | null) => {
    remembered.set(`lifeos.${name}`, value);
    for (const listener of listeners) listener();
  },
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};

/** Puts theme and density on the page; also before the vault is open. */
export function dress(): void {
  const root = document.documentElement;
  const theme = preferences.get("theme");
  if (theme === "light" || theme === "dark") root.dataset["theme"] = theme;
  else delete root.dataset["theme"];
  if (preferences.get("density") === "compact") root.dataset["density"] = "compact";
  else delete root.dataset["density"];
}
preferences.subscribe(dress);
dress();
