import { useNavigation } from "@lifeos/core";
import { cx, Dialog, DialogBody, Icon, IconButton, Link, PlainButton } from "@lifeos/design";
import { TaskPlaces, useQuickAdd, useTaskPlaces } from "@lifeos/tasks";
import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { MoreMenu } from "./rail";
import { openPalette } from "./openers";
import { SpacePlaces } from "./space-places";
import { SyncLine } from "./sync-line";

/** The foot of a phone: three places, the plus, and all that is more, where the thumb is. */
export function BottomBar() {
  const { t } = useLingui();
  const { path } = useNavigation();
  const quickAdd = useQuickAdd();
  /** Where the window of all places was opened: whoever goes anywhere from it, by whatever is in it, leaves it. */
  const [openAt, setOpenAt] = useState<string | null>(null);
  const close = () => setOpenAt(null);
  if (openAt !== null && openAt !== path) close();
  const [today, inbox, upcoming] = useTaskPlaces();
  const item = "flex flex-1 flex-col items-center justify-center gap-0.5 h-14 text-micro rounded-sm";
  const place = (entry: typeof today) =>
    entry && (
      <Link plain href={entry.path} {...(path === entry.path ? { "aria-current": "page" as const } : {})} className={cx(item, path === entry.path ? "font-semibold text-accent" : "text-ink-2")}>
        <Icon name={entry.icon} size={20} />
        {entry.label}
      </Link>
    );
  return (
    <nav aria-label={t`Places`} className="flex shrink-0 items-center border-t border-line bg-sunken px-1 pb-(--safe-bottom) md:hidden">
      {place(today)}
      {place(inbox)}
      <PlainButton aria-label={t`New task`} onPress={() => quickAdd.open()} className="mx-2 grid size-11 shrink-0 place-items-center rounded-full bg-accent text-accent-ink pressed:bg-accent-strong"><Icon name="plus" size={22} /></PlainButton>
      {place(upcoming)}
      <PlainButton onPress={() => setOpenAt(path)} className={cx(item, "text-ink-2")}><Icon name="menu" size={20} />{t`More`}</PlainButton>
      <Dialog title={t`All places`} hideTitle width="narrow" isOpen={openAt !== null} onClose={close}>
        <DialogBody className="gap-0! px-2! pt-2">
          <div className="flex items-center gap-1 pb-1">
            <SyncLine />
            <IconButton icon="search" label={t`Find or do`} onPress={() => { close(); openPalette(); }} />
            <MoreMenu />
          </div>
          <TaskPlaces onGo={close}><SpacePlaces onGo={close} /></TaskPlaces>
        </DialogBody>
      </Dialog>
    </nav>
  );
}
