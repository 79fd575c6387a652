import { type PersonView, useSharedSpace } from "@lifeos/core";
import { useLingui } from "@lingui/react/macro";
import { useCallback } from "react";

/** What somebody in a space is called. */
export function usePersonName(): (person: Pick<PersonView, "name" | "this">) => string {
  const { t } = useLingui();
  return useCallback((person) => (person.this ? t`you` : (person.name ?? t`somebody without a name`)), [t]);
}

/** The name of who is to do a task; `null` where it is nobody's, or the space is not shared. */
export function useAssigneeName(account: string | null): string | null {
  const { t } = useLingui();
  const space = useSharedSpace();
  const nameOf = usePersonName();
  if (account === null || space === null) return null;
  const person = space.people.find((each) => each.account === account);
  return person ? nameOf(person) : t`somebody who left`;
}
