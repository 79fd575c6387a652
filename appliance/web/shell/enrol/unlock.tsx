import { type UnlockWays, useLife, askPasskey, canUsePasskeys } from "@lifeos/core";
import { Button, Dialog, DialogActions, DialogBody, Progress } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { HelpLink } from "../help/help-link";
import { Gate } from "./gate";
import { KitCode } from "./kit-code";
import { useAttempt } from "./use-attempt";

/** The locked page. It is the same whatever is inside. */
export function Unlock({ ways, isOpening }: { ways: UnlockWays | null; isOpening: boolean }) {
  const { t } = useLingui();
  const client = useLife();
  const { attempt, isBusy, error, clear } = useAttempt();
  const [withKit, setWithKit] = useState(false);
  const [code, setCode] = useState("");
  const [forgets, setForgets] = useState(false);
  const hasPasskey = canUsePasskeys() && (!ways || ways.passkey || ways.passkeyWithBox);

  const byPasskey = () =>
    attempt(async () => {
      const ask = await client.expect("unlock", { type: "unlockBegin" });
      if (!ask.options) throw new Error("no passkey is known here");
      const used = await askPasskey(ask.options, ask.prfSalt);
      if (used.prf !== null) await client.call({ type: "unlockPasskey", credentialId: used.credentialId, prf: used.prf });
      else await client.call({ type: "unlockHalf", credential: used.credential });
    });
  const byFile = (read: () => Promise<string>) => void attempt(async () => void (await client.call({ type: "unlockKit", code: await read() })));
  const byKit = (event: FormEvent) => {
    event.preventDefault();
    void attempt(async () => {
      await client.call({ type: "unlockKit", code });
      setCode("");
    });
  };

  if (isOpening) return <Gate title={t`Opening`}><Progress label={t`Reading what is stored here`} value={null} /></Gate>;
  return (
    <Gate title={t`Locked`} error={error} lead={withKit ? <Trans>Open the file of your recovery kit, or type its code line. Capitals and spaces do not matter.</Trans> : <Trans>What is on this device is sealed. Nothing of it can be read until you unlock.</Trans>}>
      {withKit || !hasPasskey ? (
        <form onSubmit={byKit} className="flex flex-col gap-5">
          <KitCode isDisabled={isBusy} onRead={byFile} code={code} onCode={setCode} />
          <div className="flex flex-wrap gap-2">
            <Button type="submit" tone="primary" isDisabled={isBusy || code.trim() === ""}>{t`Unlock with the kit`}</Button>
            {hasPasskey && <Button tone="quiet" onPress={() => { clear(); setWithKit(false); setCode(""); }}>{t`Use the passkey instead`}</Button>}
          </div>
        </form>
      ) : (
        <div className="flex flex-col gap-3">
          <div className="flex flex-wrap gap-2">
            <Button tone="primary" icon="key" autoFocus isDisabled={isBusy} onPress={() => void byPasskey()}>{t`Unlock with the passkey`}</Button>
            {(!ways || ways.kit) && <Button tone="quiet" onPress={() => { clear(); setWithKit(true); }}>{t`Use a recovery kit`}</Button>}
          </div>
          {ways && !ways.passkey && ways.passkeyWithBox && <p className="text-small text-ink-3"><Trans>The passkey of this device needs the box to unlock: it holds one half of the key.</Trans></p>}
        </div>
      )}
      <div className="-mb-3"><HelpLink at="everything">{t`I have neither passkey nor kit`}</HelpLink></div>
      <p className="border-t border-line pt-4 text-small text-ink-3">
        <Trans>Not your device any more?</Trans>{" "}
        <button type="button" onClick={() => setForgets(true)} className="underline underline-offset-3 hover:text-ink">{t`Erase what is stored here`}</button>
      </p>
      <Dialog title={t`Erase what is stored on this device?`} role="alertdialog" width="narrow" isOpen={forgets} onClose={() => setForgets(false)}>
        <DialogBody>
          <p><Trans>The sealed copy and this device's keys are erased. What the box has already received stays there. Changes that it has not received are lost.</Trans></p>
        </DialogBody>
        <DialogActions>
          <Button onPress={() => setForgets(false)}>{t`Keep`}</Button>
          <Button tone="danger" onPress={() => { setForgets(false); void attempt(async () => void (await client.call({ type: "forget" }))); }}>{t`Erase it`}</Button>
        </DialogActions>
      </Dialog>
    </Gate>
  );
}
