import type { AlarmKind } from "@lifeos/core";
import { useLingui } from "@lingui/react/macro";
import { useMemo } from "react";

export type AlarmWords = { title: string; means: string };

/** The section of the help that is about an alarm. */
export function helpOf(kind: AlarmKind): string {
  return `alarm-${kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What happened, and what it means. Nothing here depends on a person's content. */
export function useAlarmWords(): Record<AlarmKind, AlarmWords> {
  const { t } = useLingui();
  return useMemo(
    () => ({
      fork: { title: t`The box showed two versions of one device's history`, means: t`Somebody or something changed what the box keeps. Nothing of it was taken in; the evidence is kept.` },
      rollback: { title: t`The box holds less than this device has already seen`, means: t`It may have been put back to an older state. What this device knows is safe here.` },
      omission: { title: t`A change that another device knows is missing at the box`, means: t`The box withholds it or lost it. Opening the other device brings it back.` },
      tampered: { title: t`Something from the box did not check`, means: t`A signature or a seal was wrong. It was refused, and nothing of it was taken in.` },
      logFork: { title: t`Two histories of your account exist`, means: t`The box showed different devices different ones, or was put back. What you write waits here until you keep one of them.` },
      beyondCut: { title: t`A device that was revoked changed a space afterwards`, means: t`Only a box that works with it can let that happen. Nothing more of this space is sent or shared. What you have is safe here: take it along (Settings, Your data), and set up another box.` },
      newIncarnation: { title: t`The box says that it was restored from a backup`, means: t`An owner has to admit it once; then every device sends what the backup lacks.` },
      cloned: { title: t`This browser profile exists twice`, means: t`It was copied or restored. This device gets a new identity; what waited is written again under it.` },
      clock: { title: t`A clock is wrong`, means: t`This device and the others disagree by more than ten minutes. Nothing is stamped until you have confirmed or set the clock.` },
      refused: { title: t`The box refused a change`, means: t`It stays visible on this device with its reason.` },
      quarantined: { title: t`A change could not be opened`, means: t`It was set aside, the rest went on. It is tried again after an update.` },
      needsNewerVersion: { title: t`Something was written by a newer version`, means: t`It is kept, and shows once this app is updated.` },
      storageFull: { title: t`This device's storage is full`, means: t`New changes cannot be kept safely here. Free some space, then try again.` },
      boxFull: { title: t`The box's disk is full`, means: t`Changes wait on this device until there is room.` },
      damaged: { title: t`A stored file on this device is damaged`, means: t`What the box has is fetched again. What could not be read is named in Activity.` },
      version: { title: t`This app and the box do not fit together`, means: t`One of them is too old. Load the page again; if it stays, update the box.` },
    }),
    [t],
  );
}
