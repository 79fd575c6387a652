import { CallFailed, type Reply, useLife } from "@lifeos/core";
import { Button, TextField } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { useDeviceName } from "./device-name";
import { Gate } from "./gate";
import { NewAccount } from "./new-account";
import { NoPasskeys } from "./no-passkeys";
import { useAttempt } from "./use-attempt";

type Step = { at: "code" } | { at: "name" } | { at: "account"; ask: Extract<Reply, { type: "makePasskey" }> };

/** From an unclaimed box to one's own: code, name, passkey, kit, proof. Nothing is stored before the end. */
export function Claim() {
  const { t } = useLingui();
  const client = useLife();
  const deviceName = useDeviceName();
  const { attempt, isBusy, error, clear } = useAttempt();
  const [step, setStep] = useState<Step>({ at: "code" });
  const [code, setCode] = useState("");
  const [name, setName] = useState("");
  const [device, setDevice] = useState(deviceName);
  const place = (at: number) => ({ at, of: 5, label: t`Step` });
  const go = (next: Step) => {
    clear();
    setStep(next);
  };

  const begin = (event: FormEvent) => {
    event.preventDefault();
    void attempt(async () => {
      try {
        const ask = await client.expect("makePasskey", { type: "claimBegin", code, name: name.trim(), deviceName: device.trim() });
        setStep({ at: "account", ask });
      } catch (caught) {
        // A code that does not hold is told where it can be typed again.
        if (caught instanceof CallFailed && caught.problem.code === "claimCode") setStep({ at: "code" });
        throw caught;
      }
    });
  };
  switch (step.at) {
    case "code":
      return (
        <Gate step={place(1)} error={error} title={t`This box is yours to claim`} lead={<Trans>The box printed a claim code when it started: on its terminal, or on the sheet of the flashing tool. It shows that you stand beside the box.</Trans>}>
          <NoPasskeys />
          <form onSubmit={(event) => { event.preventDefault(); if (code.trim()) go({ at: "name" }); }} className="flex flex-col gap-5">
            <TextField label={t`Claim code`} hint={t`Ten letters and digits, valid for 30 minutes.`} value={code} onChange={setCode} autoFocus mono spellCheck="false" className="max-w-72" />
            <div><Button type="submit" tone="primary" isDisabled={code.trim() === ""}>{t`Go on`}</Button></div>
          </form>
        </Gate>
      );
    case "name":
      return (
        <Gate step={place(2)} error={error} title={t`What shall we call you?`} lead={<Trans>Only people whom you let into a space see this name. The box itself cannot read it.</Trans>}>
          <form onSubmit={begin} className="flex flex-col gap-5">
            <TextField label={t`Your name`} value={name} onChange={setName} autoFocus className="max-w-96" />
            <TextField label={t`Name of this device`} hint={t`So that you know it again in the list of devices.`} value={device} onChange={setDevice} className="max-w-96" />
            <div className="flex gap-2">
              <Button type="submit" tone="primary" isDisabled={isBusy || name.trim() === ""}>{t`Go on`}</Button>
              <Button tone="quiet" onPress={() => go({ at: "code" })}>{t`Back`}</Button>
            </div>
          </form>
        </Gate>
      );
    case "account":
      return <NewAccount ask={step.ask} name={name} before={2} of={5} onStartOver={() => go({ at: "code" })} />;
  }
}
