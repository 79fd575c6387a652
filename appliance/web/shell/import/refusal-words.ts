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
        unknownFormat: t`Its format is not known. These can be read: a backup of Super Productivity (.json) or TickTick (.csv), an export of Todoist or ClickUp (.csv), todo.txt (.txt), Org mode (.org) and iCalendar (.ics).`,
        syncFile: t`It is a file for synchronisation. Export a backup in Super Productivity's settings in its place.`,
      };
      return words[code ?? ""] ?? t`Nothing was brought in.`;
    },
    [t],
  );
}
