import { useLingui } from "@lingui/react/macro";
import { useCallback } from "react";
import { ExportFailed } from "../../core/reader/exporting";
import { useProblemWords } from "../problem-words";

/** Why there is no export: what and where, by the fixed words of who packed it. */
export function useFailureWords(): (error: unknown) => { title: string; why: string | null } {
  const { t } = useLingui();
  const problem = useProblemWords();
  return useCallback(
    (error) => {
      if (!(error instanceof ExportFailed)) return { title: t`Nothing was exported`, why: problem(error) };
      const { code, file, place } = error.failure;
      if (file !== null) {
        const where = place === null ? file : t`${file}, at ${place}`;
        return { title: t`The export was not right when it was read back`, why: t`It is not handed over. The first place: ${where} (${code}). Please report this: it is a fault of this program.` };
      }
      const words: Record<string, string> = {
        readerDied: t`Packing it failed, or took more memory than this browser gives. A part of it, or fewer formats, may work.`,
        readerSlow: t`Packing it took too long and was ended. A part of it, or fewer formats, may work.`,
      };
      return { title: t`Nothing was exported`, why: words[code] ?? t`What this device gave could not be packed (${code}). Please report this: it is a fault of this program.` };
    },
    [t, problem],
  );
}
