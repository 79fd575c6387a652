import { useLife } from "@lifeos/core";
import { Banner, Button, Dialog, DialogActions, DialogBody, useToast } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useProblemWords } from "../problem-words";
import { useStepUp } from "./step-up";

export type RevokeTarget = { kind: "device" | "method"; ids: string[]; name: string; isThis: boolean };

/** Revoking cannot be taken back, so it says first what it does and what nobody can do. */
export function Revoke({ target, onClose, onDone }: { target: RevokeTarget | null; onClose: () => void; onDone: () => void }) {
  const { t } = useLingui();
  const client = useLife();
  const stepUp = useStepUp();
  const toast = useToast();
  const words = useProblemWords();
  const [error, setError] = useState<string | null>(null);
  const revoke = async () => {
    if (!target || !(await stepUp())) return;
    try {
      await client.call({ type: "revoke", targets: target.ids });
      toast({ text: t`Revoked. New keys are being made.` });
      setError(null);
      onClose();
      onDone();
    } catch (caught) {
      setError(words(caught));
    }
  };
  const name = target?.name ?? "";
  return (
    <Dialog title={t`Revoke ${name}?`} role="alertdialog" width="narrow" isOpen={target !== null} onClose={onClose}>
      <DialogBody>
        {error && <Banner tone="danger" title={error} />}
        {target?.kind === "device" ? (
          <ul className="flex list-disc flex-col gap-1.5 pl-5">
            <li><Trans>Its session ends at once, and it can send and fetch nothing more.</Trans></li>
            <li><Trans>Your account and each of its spaces get new keys. What is written from now on is closed to it.</Trans></li>
            <li><Trans>Its copy is erased the next time it reaches the box.</Trans></li>
            <li className="font-medium"><Trans>What it has already read, copied or printed cannot be erased. If it never goes online again, its sealed copy stays on it.</Trans></li>
          </ul>
        ) : (
          <ul className="flex list-disc flex-col gap-1.5 pl-5">
            <li><Trans>It opens nothing any more, neither here nor on a new device.</Trans></li>
            <li><Trans>Your account and each of its spaces get new keys.</Trans></li>
          </ul>
        )}
        {target?.isThis && <Banner tone="attention" title={t`This is the device that you are using`}><Trans>You will be locked out here at once. Make sure that another way in works.</Trans></Banner>}
        <p className="text-ink-2"><Trans>This cannot be undone.</Trans></p>
      </DialogBody>
      <DialogActions>
        <Button onPress={onClose}>{t`Keep`}</Button>
        <Button tone="danger" onPress={() => void revoke()}>{target?.kind === "device" ? t`Revoke this device` : t`Revoke this way`}</Button>
      </DialogActions>
    </Dialog>
  );
}
