import { PasskeyFailed, problemOf, type ProblemCode } from "@lifeos/core";
import { useLingui } from "@lingui/react/macro";
import { useCallback } from "react";

/** A failure that is said in words already. */
export class InWords extends Error {}

/** Puts a failure into one sentence: what happened and what can be done. */
export function useProblemWords(): (error: unknown) => string {
  const { t } = useLingui();
  const storage = useStorageWords();
  return useCallback(
    (error) => {
      if (error instanceof PasskeyFailed) {
        return {
          cancelled: t`The passkey window was closed. Nothing was changed; you can try again.`,
          unsupported: t`This browser, or this address, cannot use passkeys. They need https with a trusted certificate, or http://localhost.`,
          exists: t`This passkey is enrolled already.`,
          failed: t`The passkey did not answer. Try again, or use another one.`,
        }[error.reason];
      }
      if (error instanceof InWords) return error.message;
      const problem = problemOf(error);
      if (problem.code === "storage") return storage(problem.detail);
      const words: Partial<Record<ProblemCode, string>> = {
        offline: t`The box cannot be reached. Check that it is on and that you are on its network.`,
        refused: t`The box refused this.`,
        tooMany: t`Too many tries. Wait a few minutes.`,
        claimCode: t`This code is not right, or it is used up. The box prints a new one each time it starts.`,
        alreadyClaimed: t`Somebody has claimed this box meanwhile.`,
        passkeyKey: t`This passkey does not open what is stored here. Try the one that you made for LifeOS.`,
        passkeyRefused: t`The box does not know this passkey.`,
        kitText: t`There is a slip in this code. Each group checks itself: compare it with your sheet.`,
        kitUnknown: t`This kit opens nothing here. It belongs to another account, or it was revoked.`,
        kitProof: t`That is not what stands on the sheet. Look again at the groups that are asked for.`,
        belowFloor: t`What the box shows is older than your kit, or belongs to another account. Nothing was taken over.`,
        tampered: t`What the box sent did not check. Nothing was taken over.`,
        approvalCode: t`That was not the code. For your safety this approval has ended; begin again on the new device.`,
        approvalOver: t`This approval has ended. Begin again on the new device.`,
        otherName: t`This link leads to a name that your box does not answer to. Let nobody in there. If the name is new, whoever runs the box must start it with both names.`,
        stillWaiting: t`Changes of this device wait to be sent. It can be retired once they are through.`,
        stepUpNeeded: t`This needs your passkey once more.`,
        lastWay: t`This would leave no way in. Add another way to unlock first.`,
        clockUnsure: t`This device's clock looks wrong. Confirm or set it first.`,
        frozen: t`This waits until you have kept one of the two histories of your account.`,
        otherHistory: t`The box goes on with the other history and cannot go back. Nothing was changed. Keep that one, or put a backup of the box back that has this one.`,
        notInHistory: t`This passkey or kit is not part of the history that you keep. Use one that both histories have.`,
        readOnly: t`You may read here, and not write.`,
        notVerified: t`Compare the words of this person first.`,
        notYours: t`This device may not settle it. The page says who can.`,
        needsNewerVersion: t`A newer version of this app is needed. Load the page again.`,
        notFound: t`That is not here any more.`,
        import: t`This file could not be read.`,
      };
      return words[problem.code] ?? t`That did not work. Nothing was changed.`;
    },
    [t, storage],
  );
}

/** What a failure of this device's storage means, by its detail, and what can be done. */
export function useStorageWords(): (detail: string | null) => string {
  const { t } = useLingui();
  return useCallback(
    (detail) => {
      const words: Record<string, string> = {
        none: t`This browser keeps nothing for this page, as in some private windows. Use a normal window.`,
        full: t`This device's storage is full, so it was not saved. Free some space, then do it again.`,
        failed: t`This device's disk did not take it, so it was not saved. Load the page again, then look what is there.`,
        unanswered: t`It is not known whether this was done: the part that keeps your data began anew. Look before you do it again.`,
        damaged: t`A stored file on this device is damaged. What the box has comes back if you erase the copy here and add this device again.`,
        missing: t`A stored file on this device is gone. What the box has comes back if you erase the copy here and add this device again.`,
      };
      return words[detail ?? ""] ?? t`This device's storage is full or failed.`;
    },
    [t],
  );
}
