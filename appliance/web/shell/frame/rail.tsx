import { ActionMenu, Icon, IconButton, Keys, PlainButton } from "@lifeos/design";
import { TaskPlaces, usePrint, useQuickAdd } from "@lifeos/tasks";
import { useLingui } from "@lingui/react/macro";
import { useNavigation, useProfile, useStatus } from "@lifeos/core";
import { useUndo } from "./everywhere";
import { useLock } from "./lock";
import { openPalette } from "./openers";
import { SpacePlaces } from "./space-places";
import { SyncLine } from "./sync-line";

/** The left edge: search, places, and how things stand with the box. */
export function Rail() {
  const { t } = useLingui();
  const quickAdd = useQuickAdd();
  const { go } = useNavigation();
  return (
    <nav aria-label={t`Places`} className="hidden w-(--rail) shrink-0 flex-col border-r border-line bg-sunken md:flex">
      <div className="flex items-center gap-1 p-2">
        <PlainButton
          onPress={openPalette}
          className="flex h-9 min-w-0 flex-1 items-center gap-2 rounded-sm border border-line bg-paper px-2.5 text-ink-3 hovered:border-line-strong"
        >
          <Icon name="search" size={15} />
          <span className="flex-1 truncate text-left">{t`Find or do`}</span>
          <Keys keys="Mod+K" />
        </PlainButton>
        <IconButton icon="plus" label={t`New task`} keys="q" size={18} onPress={() => quickAdd.open()} className="size-9!" />
      </div>
      <div className="quiet-scroll min-h-0 flex-1 px-2 pb-4"><TaskPlaces><SpacePlaces /></TaskPlaces></div>
      <div className="flex items-center gap-1 border-t border-line p-2">
        <SyncLine />
        <IconButton icon="settings" label={t`Settings`} keys="g ," onPress={() => go("/settings")} />
        <MoreMenu />
      </div>
    </nav>
  );
}

/** What is needed now and then. */
export function MoreMenu() {
  const { t } = useLingui();
  const { go } = useNavigation();
  const { undo, redo } = useUndo();
  const lock = useLock();
  const print = usePrint();
  const canUndo = useStatus((status) => status.canUndo);
  const canRedo = useStatus((status) => status.canRedo);
  const profile = useProfile();
  return (
    <ActionMenu
      label={profile?.displayName ? t`More for ${profile.displayName}` : t`More`}
      actions={[
        { id: "undo", label: t`Undo`, icon: "undo", keys: "Mod+Z", isDisabled: !canUndo, onAction: undo },
        { id: "redo", label: t`Redo`, keys: "Mod+Shift+Z", icon: "sync", isDisabled: !canRedo, onAction: redo },
        { id: "print", label: t`Print`, icon: "print", keys: "Mod+P", isDisabled: !print, onAction: () => print?.() },
        null,
        { id: "activity", label: t`Activity`, icon: "activity", keys: "g a", onAction: () => go("/activity") },
        { id: "devices", label: t`Devices and ways to unlock`, icon: "key", keys: "g d", onAction: () => go("/devices") },
        { id: "approve", label: t`Add a device`, icon: "phone", onAction: () => go("/approve") },
        { id: "people", label: t`People`, icon: "people", keys: "g h", onAction: () => go("/people") },
        { id: "settings", label: t`Settings`, icon: "settings", keys: "g ,", onAction: () => go("/settings") },
        { id: "help", label: t`Help`, icon: "help", keys: "F1", onAction: () => go("/help") },
        null,
        { id: "lock", label: t`Lock at once`, icon: "lock", keys: "Mod+Shift+L", onAction: lock },
      ]}
    />
  );
}

