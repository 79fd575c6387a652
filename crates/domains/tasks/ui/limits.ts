import type { TextLimit } from "@lifeos/design";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useMemo } from "react";

/** What the core takes at most, in bytes: told before it refuses. A test holds them to `src/decide/validate.rs`. */
export const limits_bytes = { title: 2_000, notes: 48_000 } as const;

/** The limits of what is typed at length, and how they are told. */
export function useTextLimits(): Record<keyof typeof limits_bytes, TextLimit> {
  const { t } = useLingui();
  return useMemo(() => {
    const words = {
      left: (count: number) => plural(count, { one: "Room for # more character.", other: "Room for # more characters." }),
      over: (count: number) => plural(count, { one: "Too long by # character. It stays here, and is saved once it is shorter.", other: "Too long by # characters. It stays here, and is saved once it is shorter." }),
      unsaved: t`Not saved yet. It stays here.`,
      again: t`Try again`,
    };
    return { title: { bytes: limits_bytes.title, words }, notes: { bytes: limits_bytes.notes, words } };
  }, [t]);
}
