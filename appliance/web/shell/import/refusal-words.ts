import { useLingui } from "@lingui/react/macro";
import { useCallback } from "react";

/** Why a file is refused as a whole, by the core's word for it, and what can be done. */
export function useRefusalWords(): (code: string | null) => string {
  const { t } = useLingui();
  return useCallback(
    (code) => {
      const tooMuch = t`It holds more than can be taken in at once.`;
      const words: Record<string, string> = {
        empty: t`It is empty.`,
        tooLarge: tooMuch,
        damagedGzip: t`It is packed, and damaged or cut short. Fetch it once more from where it comes.`,
        notText: t`It holds no text that can be read. Save it as UTF-8, or choose the file as the other product exports it.`,
        cutShort: t`It ends too early: it was cut short on its way. Fetch it once more from where it comes.`,
        notJson: t`It is not written as a backup is. Choose the .json file that Super Productivity exports.`,
        malformed: t`It is not written as its format is, so that nothing of it can be told apart. Export it once more.`,
        tooDeep: tooMuch,
        tooManyValues: tooMuch,
        tooManyRecords: tooMuch,
        unknownFormat: t`Its format is not known. These can be read: a backup of Super Productivity (.json) or TickTick (.csv), an export of Todoist or ClickUp (.csv), todo.txt (.txt), Org mode (.org), iCalendar (.ics), an export of Vikunja (.zip) and the database of Things 3 (main.sqlite).`,
        syncFile: t`It is a file for synchronisation. Export a backup in Super Productivity's settings in its place.`,
        olderFormat: t`It is of an older version than can be read. Update the program that it comes from, and export once more.`,
        damagedDatabase: t`It is a database that is damaged, cut short or of a form that is not read. Quit the program that it belongs to, and take the file again.`,
        damagedArchive: t`It is an archive that is damaged, cut short or not as a program writes it. Export it once more.`,
        encryptedArchive: t`It is locked with a password. Export it without one.`,
        readerDied: t`Reading it failed, or took more memory than this browser gives. Nothing was brought in.`,
        readerSlow: t`Reading it took too long and was ended. Nothing was brought in.`,
        readerMissing: t`What reads files could not be fetched from your box. Try again once it is in reach.`,
        unsound: t`What was read of it does not hold together. Nothing was brought in.`,
      };
      return words[code ?? ""] ?? t`Nothing was brought in.`;
    },
    [t],
  );
}
