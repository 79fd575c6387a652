import { type Committed, problemOf, useLife, useNavigation } from "@lifeos/core";
import { useShortcuts, useToast } from "@lifeos/design";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useLock } from "./lock";

/** Takes back and does again, and says what was left alone. */
export function useUndo() {
  const { t } = useLingui();
  const client = useLife();
  const toast = useToast();
  const act = async (type: "undo" | "redo") => {
    try {
      const done: Committed = await client.expect("committed", { type });
      const kept = done.leftAlone.length;
      const said = type === "undo" ? t`Undone.` : t`Done again.`;
      const left = kept === 0 ? "" : ` ${plural(kept, { one: "One record was changed on another device since and stays as it is.", other: "# records were changed on another device since and stay as they are." })}`;
      toast({ text: said + left, ...(type === "undo" ? { action: { label: t`Redo`, keys: "Mod+Shift+Z", onAction: () => void act("redo") } } : {}) });
    } catch (error) {
      const { code } = problemOf(error);
      toast({ text: code === "nothingToUndo" ? (type === "undo" ? t`Nothing to undo.` : t`Nothing to do again.`) : t`That could not be undone. Nothing was changed.` });
    }
  };
  return { undo: () => void act("undo"), redo: () => void act("redo") };
}

/** Keys that work on every screen. */
export function useEverywhereKeys(): void {
  const { t } = useLingui();
  const { undo, redo } = useUndo();
  const { go } = useNavigation();
  const lock = useLock();
  const group = t`Everywhere`;
  useShortcuts([
    { keys: "Mod+z", label: t`Undo`, group, run: undo },
    { keys: "Mod+Shift+z", label: t`Redo`, group, run: redo },
    { keys: "/", label: t`Search`, group, run: () => go("/search") },
    { keys: "Mod+Shift+l", label: t`Lock at once`, group, whileTyping: true, run: lock },
    { keys: "F1", label: t`Help`, group, whileTyping: true, run: () => go("/help") },
    { keys: "g a", label: t`Activity`, group: t`Go to`, run: () => go("/activity") },
    { keys: "g d", label: t`Devices`, group: t`Go to`, run: () => go("/devices") },
    { keys: "g h", label: t`People`, group: t`Go to`, run: () => go("/people") },
    { keys: "g ,", label: t`Settings`, group: t`Go to`, run: () => go("/settings") },
  ]);
}
