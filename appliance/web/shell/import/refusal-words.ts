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
        notText: t`It holds no text. A backup is a file that ends in .json.`,
        cutShort: t`It ends too early: it was cut short on its way. Fetch it once more from where it comes.`,
        notJson: t`It is not written as a backup is. Choose the .json file that Super Productivity exports.`,
        tooDeep: tooMuch,
        tooManyValues: tooMuch,
        tooManyRecords: tooMuch,
        unknownFormat: t`It is no backup of Super Productivity, and other formats are not known yet.`,
        syncFile: t`It is a file for synchronisation. Export a backup in Super Productivity's settings in its place.`,
      };
      return words[code ?? ""] ?? t`Nothing was brought in.`;
    },
    [t],
  );
}
