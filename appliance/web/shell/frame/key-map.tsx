import { Button, Dialog, DialogActions, DialogBody, Keys, useShortcutMap } from "@lifeos/design";
import { useNavigation } from "@lifeos/core";
import { useLingui } from "@lingui/react/macro";

/** `?`: every key that does something where one is. */
export function KeyMap({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const { go } = useNavigation();
  const inList = t`In a list`;
  const known = useShortcutMap();
  // The rows of a list hear these themselves.
  const rows = [["j", t`Down`], ["k", t`Up`], ["Space", t`Done, or open again`]].map(([keys = "", label = ""]) => ({ keys, label, group: inList }));
  const shortcuts = known.some(({ group }) => group === inList) ? [...rows, ...known] : known;
  const groups = [...new Set(shortcuts.map((shortcut) => shortcut.group))];
  const order = (group: string) => (group === t`Everywhere` ? 0 : group === t`Go to` ? 1 : 2);
  return (
    <Dialog title={t`Keys`} width="wide" isOpen onClose={onClose}>
      <DialogBody isReadOnly className="block! gap-8 sm:columns-2">
        {groups.toSorted((a, b) => order(a) - order(b)).map((group) => (
          <section key={group} aria-label={group} className="mb-5 break-inside-avoid">
            <h3 className="pb-1 text-small font-semibold text-ink-3">{group}</h3>
            <dl>
              {shortcuts.filter((shortcut, at) => shortcut.group === group && shortcuts.findIndex((other) => other.keys === shortcut.keys && other.group === group) === at).map((shortcut) => (
                <div key={shortcut.keys} className="flex min-h-8 items-center justify-between gap-3 border-b border-line/60">
                  <dt>{shortcut.label}</dt>
                  <dd><Keys keys={shortcut.keys} isAlways /></dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </DialogBody>
      <DialogActions>
        <Button icon="help" onPress={() => { onClose(); go("/help/help/keyboard"); }}>{t`Open the help`}</Button>
        <Button tone="primary" onPress={onClose}>{t`Close`}</Button>
      </DialogActions>
    </Dialog>
  );
}
