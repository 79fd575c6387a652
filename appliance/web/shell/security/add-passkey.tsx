import { makePasskey, type Reply, useLife, askPasskey } from "@lifeos/core";
import { Banner, Button, Dialog, DialogActions, DialogBody, useToast } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useAttempt } from "../enrol/use-attempt";
import { useStepUp } from "./step-up";

type Step = { at: "make"; ask: Extract<Reply, { type: "makePasskey" }> } | { at: "confirm"; ask: Extract<Reply, { type: "usePasskey" }>; isAgain: boolean };

export function AddPasskey({ onDone }: { onDone: () => void }) {
  const { t } = useLingui();
  const client = useLife();
  const stepUp = useStepUp();
  const toast = useToast();
  const { attempt, isBusy, error, clear } = useAttempt();
  const [step, setStep] = useState<Step | null>(null);
  const finish = () => {
    setStep(null);
    toast({ text: t`The passkey was added.` });
    onDone();
  };
  const begin = async () => {
    if (!(await stepUp())) return;
    await attempt(async () => setStep({ at: "make", ask: await client.expect("makePasskey", { type: "addPasskeyBegin" }) }));
  };
  const make = (ask: Extract<Step, { at: "make" }>["ask"]) =>
    attempt(async () => {
      const made = await makePasskey(ask.options, ask.prfSalt);
      const reply = await client.call({ type: "addPasskeyMade", credential: made.credential, prf: made.prf, prfEnabled: made.prfEnabled });
      if (reply.type === "usePasskey") setStep({ at: "confirm", ask: reply, isAgain: false });
      else finish();
    });
  const confirm = (ask: Extract<Step, { at: "confirm" }>["ask"]) =>
    attempt(async () => {
      const used = await askPasskey(ask.options, ask.prfSalt);
      const reply = await client.call({ type: "addPasskeyConfirmed", prf: used.prf });
      // One that gave no key when it was made has given its first one now.
      if (reply.type === "usePasskey") setStep({ at: "confirm", ask: reply, isAgain: true });
      else finish();
    });
  return (
    <>
      <Button tone="quiet" icon="key" onPress={() => void begin()}>{t`Add a passkey`}</Button>
      <Dialog title={t`Add a passkey`} width="narrow" isOpen={step !== null} onClose={() => { setStep(null); clear(); }}>
        <DialogBody>
          {error && <Banner tone="danger" title={error} />}
          <p>{step?.at === "confirm" && step.isAgain ? <Trans>Use it once again: it has to give the same key each time.</Trans> : step?.at === "confirm" ? <Trans>Use the new passkey once, so that it proves that it opens.</Trans> : <Trans>On this device, a security key, or a phone nearby.</Trans>}</p>
        </DialogBody>
        <DialogActions>
          <Button onPress={() => { setStep(null); clear(); }}>{t`Cancel`}</Button>
          {step && <Button tone="primary" icon="key" isDisabled={isBusy} onPress={() => void (step.at === "make" ? make(step.ask) : confirm(step.ask))}>{step.at === "make" ? t`Make the passkey` : t`Use the passkey`}</Button>}
        </DialogActions>
      </Dialog>
    </>
  );
}
