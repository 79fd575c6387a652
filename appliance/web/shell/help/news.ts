import { remembered } from "../remembered";

/**
 * Whether something is new since this device last looked. What it remembers is the name of a build,
 * in the browser's own small store: it says nothing of a person.
 */
const lastSeen = "lifeos.seen";
const told = "lifeos.told";
const listeners = new Set<() => void>();
const now = `${__BUILD__.version} ${__BUILD__.changes}`;

function changed(): void {
  for (const listener of listeners) listener();
}

export const news = {
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  /** Whether a line is to be shown: the build is another than the one that was last looked at. */
  isNew: (): boolean => {
    const seen = remembered.get(lastSeen);
    // Who comes for the first time has nothing to compare with.
    if (seen === null) remembered.set(lastSeen, now);
    return seen !== null && seen !== now;
  },
  version: __BUILD__.version,
  /** Whether the version itself has another name, and not only what it holds. */
  isNewVersion: (): boolean => (remembered.get(lastSeen) ?? now).split(" ")[0] !== __BUILD__.version,
  /** It was looked at, or put away: once for each device. */
  seen: () => {
    remembered.set(lastSeen, now);
    changed();
  },
  /** The names of the entries that were on the page when it was last looked at. */
  toldBefore: (): ReadonlySet<string> | null => {
    const names = remembered.get(told);
    return names === null ? null : new Set(names.split(" "));
  },
  remember: (entries: readonly string[]) => remembered.set(told, entries.join(" ")),
};
