import { type SpaceView, useLife } from "@lifeos/core";
import { Banner, Button, Dialog, DialogActions, DialogBody, useToast } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { useAttempt } from "../enrol/use-attempt";
import { useStepUp } from "../security/step-up";
import { useNames, useRefusals } from "./words";

/** Removing somebody from a space cannot be taken back, so it says first what it does and what nobody can do. */
export function RemoveDialog({ account, name, space, onClose, onDone }: { account: string; name: string; space: SpaceView; onClose: () => void; onDone: () => void }) {
  const { t } = useLingui();
  const client = useLife();
  const stepUp = useStepUp();
  const toast = useToast();
  const refused = useRefusals();
  const { attempt, isBusy, error } = useAttempt();
  const spaceName = useNames().space(space);
  const remove = () =>
    attempt(async () => {
      if (!(await stepUp())) return;
      await refused(client.call({ type: "personRemove", space: space.space, account }));
      toast({ text: t`Removed. The space gets a new key.` });
      onDone();
      onClose();
    });
  return (
    <Dialog title={t`Remove ${name} from ${spaceName}?`} role="alertdialog" width="narrow" isOpen onClose={onClose}>
      <DialogBody>
        {error && <Banner tone="danger" title={error} />}
        <p><Trans>The space gets a new key; what was written so far stays with them.</Trans></p>
        <ul className="flex list-disc flex-col gap-1.5 pl-5 text-ink-2">
          <li><Trans>What anybody writes in it from now on is closed to them, and they can write nothing more.</Trans></li>
          <li><Trans>Their devices are told. Their account and their own space go on.</Trans></li>
          <li><Trans>Let in again, they read everything that the space lets newcomers read.</Trans></li>
        </ul>
      </DialogBody>
      <DialogActions>
        <Button isDisabled={isBusy} onPress={onClose}>{t`Keep`}</Button>
        <Button tone="danger" isDisabled={isBusy} onPress={() => void remove()}>{t`Remove ${name}`}</Button>
      </DialogActions>
    </Dialog>
  );
}
