import { PasskeyFailed, problemOf, type ProblemCode } from "@lifeos/core";
import { useLingui } from "@lingui/react/macro";
import { useCallback } from "react";

/** Puts a failure into one sentence: what happened and what can be done. */
export function useProblemWords(): (error: unknown) => string {
  const { t } = useLingui();
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
        stepUpNeeded: t`This needs your passkey once more.`,
        lastWay: t`This would leave no way in. Add another way to unlock first.`,
        storage: t`This device's storage is full or failed.`,
        clockUnsure: t`This device's clock looks wrong. Confirm or set it first.`,
        frozen: t`Writing waits until the conflict in your account is resolved.`,
        needsNewerVersion: t`A newer version of this app is needed. Load the page again.`,
        notFound: t`That is not here any more.`,
        import: t`This file could not be read.`,
      };
      return words[problemOf(error).code] ?? t`That did not work. Nothing was changed.`;
    },
    [t],
  );
}
