import { type PersonRole, problemOf, type SpaceView } from "@lifeos/core";
import { useLingui } from "@lingui/react/macro";
import { useCallback, useMemo } from "react";
import { InWords } from "../problem-words";

/** Roles in the order in which each may what those before may. */
export const roles: readonly PersonRole[] = ["viewer", "member", "admin", "owner"];

/** What a role is called, and what it lets somebody do in a space. */
export function useRoleWords() {
  const { t } = useLingui();
  return useMemo(
    () => ({
      name: { viewer: t`Viewer`, member: t`Member`, admin: t`Admin`, owner: t`Owner` } satisfies Record<PersonRole, string>,
      inSpace: {
        viewer: t`Reads what is in it, and writes nothing.`,
        member: t`Reads and writes.`,
        admin: t`Reads and writes, lets people in and removes them.`,
        owner: t`May do everything that you may.`,
      } satisfies Record<PersonRole, string>,
    }),
    [t],
  );
}

/** What a space and a person are called where no name has come yet. */
export function useNames() {
  const { t } = useLingui();
  return useMemo(
    () => ({
      space: (space: Pick<SpaceView, "name"> | undefined) => space?.name ?? t`Space without a name`,
      person: (person: { name: string | null; words: readonly string[] }) => person.name ?? t`Somebody (${person.words.slice(0, 2).join(" ")})`,
    }),
    [t],
  );
}

/** An invitation lets nobody in any more: nothing of it is worth another try. */
export class InviteOver extends InWords {}

/** Returns a function that does what it is given, and puts a refusal of the box into a sentence of these screens. */
export function useRefusals(): <Done>(act: Promise<Done>) => Promise<Done> {
  const { t } = useLingui();
  return useCallback(
    async (act) => {
      try {
        return await act;
      } catch (error) {
        const { code, detail } = problemOf(error);
        const words: Record<string, string> = {
          forbidden: t`Your role in the household does not allow this.`,
          log_not_allowed: t`Your role in this space does not allow this.`,
          too_many_invites: t`Too many invitations are open. End one of them first.`,
        };
        if (code === "refused" && detail === "invite_over") throw new InviteOver(t`This invitation lets nobody in any more: it was used or taken back, or its time is over. Ask for a new one.`);
        const said = code === "refused" ? words[detail ?? ""] : undefined;
        if (said !== undefined) throw new InWords(said);
        if (code === "claimCode") throw new InWords(t`This is not the code of this invitation. After five wrong ones it lets nobody in.`);
        if (code === "malformed" && detail === "link") throw new InWords(t`This is not the link of an invitation. Open it as it was sent, or paste the whole of it.`);
        throw error;
      }
    },
    [t],
  );
}
