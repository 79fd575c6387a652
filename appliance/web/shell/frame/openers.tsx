import { lazyWhenIdle, useShortcuts } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { Suspense, useEffect, useState } from "react";

const Palette = lazyWhenIdle(async () => ({ default: (await import("./palette")).Palette }));
const KeyMap = lazyWhenIdle(async () => ({ default: (await import("./key-map")).KeyMap }));

const openers = new Set<() => void>();

/** Opens the palette from anywhere. */
export const openPalette = () => {
  for (const open of openers) open();
};

export function PaletteOpener() {
  const { t } = useLingui();
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const open = () => setOpen(true);
    openers.add(open);
    return () => void openers.delete(open);
  }, []);
  useShortcuts([{ keys: "Mod+k", label: t`Find or do anything`, group: t`Everywhere`, whileTyping: true, run: () => setOpen(true) }]);
  return isOpen && <Suspense><Palette onClose={() => setOpen(false)} /></Suspense>;
}

export function KeyMapOpener() {
  const { t } = useLingui();
  const [isOpen, setOpen] = useState(false);
  useShortcuts([{ keys: "?", label: t`This list of keys`, group: t`Everywhere`, run: () => setOpen(true) }]);
  return isOpen && <Suspense><KeyMap onClose={() => setOpen(false)} /></Suspense>;
}
