import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useSyncExternalStore } from "react";

export type Shortcut = {
  /** `q`, `Mod+K`, `Shift+ArrowDown`, or two in a row: `g t`. "Mod" is Ctrl, or ⌘ on a Mac. */
  keys: string;
  label: string;
  group: string;
  run: () => void;
  /** Also while a text is being typed. */
  whileTyping?: boolean;
  /** Listed, but not now, or handled nearer to the focus. */
  isOff?: boolean;
};

class Registry {
  private sets: Shortcut[][] = [];
  private listeners = new Set<() => void>();
  private flat: readonly Shortcut[] = [];
  singleLetters = true;

  add(set: Shortcut[]): () => void {
    this.sets.push(set);
    this.changed();
    return () => {
      this.sets = this.sets.filter((other) => other !== set);
      this.changed();
    };
  }
  /** The latest first: what is nearer to the person wins. */
  all = (): readonly Shortcut[] => this.flat;
  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  private changed() {
    this.flat = this.sets.toReversed().flat();
    for (const listener of this.listeners) listener();
  }
}

const RegistryContext = createContext<Registry | null>(null);
const sequence_ms = 1200;

/** Listens to the keyboard for all below it. Single letters do nothing while typing or under a dialog. */
export function ShortcutProvider({ children, singleLetters }: { children: ReactNode; singleLetters: boolean }) {
  const registry = useMemo(() => new Registry(), []);
  registry.singleLetters = singleLetters;

  useEffect(() => {
    let first: string | null = null;
    let timer: ReturnType<typeof setTimeout>;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const stroke = strokeOf(event);
      if (stroke === null) return;
      const typing = isTyping(event.target);
      const covered = document.querySelector('[role="dialog"][data-rac], [role="alertdialog"]') !== null;
      const chord = /(^|\+)(Mod|Alt)\+/.test(`+${stroke}`);
      const wanted = first === null ? stroke : `${first} ${stroke}`;
      const fits = registry.all().filter((s) => !s.isOff && (s.whileTyping || !typing) && (chord || !covered || s.whileTyping) && (chord || registry.singleLetters));
      const hit = fits.find((s) => s.keys === wanted);
      clearTimeout(timer);
      if (hit) {
        first = null;
        event.preventDefault();
        hit.run();
        return;
      }
      first = first === null && fits.some((s) => s.keys.startsWith(`${stroke} `)) ? stroke : null;
      timer = setTimeout(() => {
        first = null;
      }, sequence_ms);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => {
      window.removeEventListener("keydown", onKeyDown);
      clearTimeout(timer);
    };
  }, [registry]);

  return <RegistryContext.Provider value={registry}>{children}</RegistryContext.Provider>;
}

/** Registers keys for as long as the caller is on the page. */
export function useShortcuts(shortcuts: Shortcut[]): void {
  const registry = useContext(RegistryContext);
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  const shape = shortcuts.map((s) => `${s.keys}|${s.label}|${s.group}|${s.isOff ?? false}`).join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: registered anew only when what is listed changes; `run` is read late
  useEffect(() => registry?.add(latest.current.map((s, at) => ({ ...s, run: () => latest.current[at]?.run() }))), [registry, shape]);
}

/** Every key that does something where the person is now. */
export function useShortcutMap(): readonly Shortcut[] {
  const registry = useContext(RegistryContext);
  return useSyncExternalStore(registry?.subscribe ?? noSubscribe, registry?.all ?? none);
}

const nothing: readonly Shortcut[] = [];
const none = () => nothing;
const noSubscribe = () => () => {};

function strokeOf(event: KeyboardEvent): string | null {
  if (/^(Shift|Control|Alt|Meta|CapsLock|Dead)$/.test(event.key)) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const letter = /^[a-z0-9]$/.test(key) || event.key.length > 1;
  return [event.ctrlKey || event.metaKey ? "Mod" : "", event.altKey ? "Alt" : "", event.shiftKey && letter ? "Shift" : "", key].filter(Boolean).join("+");
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(checkbox|radio|button)$/.test((target as HTMLInputElement).type)));
}
