import { CallFailed, type KitSheet, makePasskey, type Reply, useLife, askPasskey } from "@lifeos/core";
import { Banner, Button, TextField } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { useDeviceName } from "./device-name";
import { Gate } from "./gate";
import { KitActions, KitPage, KitProof } from "./kit-sheet";
import { useAttempt } from "./use-attempt";

type Make = Extract<Reply, { type: "makePasskey" }>;
type Use = Extract<Reply, { type: "usePasskey" }>;
type Step =
  | { at: "code" }
  | { at: "name" }
  | { at: "passkey"; ask: Make }
  | { at: "confirm"; ask: Use }
  | { at: "kit"; sheets: readonly KitSheet[]; sheet: number; isKept: boolean }
  | { at: "proof"; sheets: readonly KitSheet[]; sheet: number };

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
  const [groups, setGroups] = useState<string[]>([]);
  const [withPrf, setWithPrf] = useState(true);
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
        setStep({ at: "passkey", ask });
      } catch (caught) {
        // A code that does not hold is told where it can be typed again.
        if (caught instanceof CallFailed && caught.problem.code === "claimCode") setStep({ at: "code" });
        throw caught;
      }
    });
  };
  const make = (ask: Make) =>
    attempt(async () => {
      const made = await makePasskey(ask.options, ask.prfSalt);
      setWithPrf(made.prfEnabled);
      const reply = await client.call({ type: "claimPasskeyMade", credential: made.credential, prf: made.prf, prfEnabled: made.prfEnabled });
      if (reply.type === "usePasskey") setStep({ at: "confirm", ask: reply });
      else if (reply.type === "kits") setStep({ at: "kit", sheets: reply.sheets, sheet: 0, isKept: false });
    });
  const confirm = (ask: Use) =>
    attempt(async () => {
      const used = await askPasskey(ask.options, ask.prfSalt);
      const { sheets } = await client.expect("kits", { type: "claimPasskeyConfirmed", prf: used.prf });
      setStep({ at: "kit", sheets, sheet: 0, isKept: false });
    });
  const prove = (event: FormEvent, now: Extract<Step, { at: "proof" }>) => {
    event.preventDefault();
    void attempt(async () => {
      await client.call({ type: "claimProveKit", sheet: now.sheet, groups });
      setGroups([]);
      if (now.sheet + 1 < now.sheets.length) setStep({ at: "kit", sheets: now.sheets, sheet: now.sheet + 1, isKept: false });
      else await client.call({ type: "claimFinish" });
    });
  };
  const startOver = async () => {
    await client.call({ type: "claimCancel" }).catch(() => {});
    go({ at: "code" });
  };

  switch (step.at) {
    case "code":
      return (
        <Gate step={place(1)} error={error} title={t`This box is yours to claim`} lead={<Trans>The box printed a claim code when it started: on its terminal, or on the sheet of the flashing tool. It shows that you stand beside the box.</Trans>}>
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
    case "passkey":
      return (
        <Gate step={place(3)} error={error} title={t`Make your passkey`} lead={<Trans>Your passkey is the key to everything here. It lives in this device, a security key or your password manager; a fingerprint, face or PIN uses it. There is no password.</Trans>}>
          <div className="flex gap-2">
            <Button tone="primary" icon="key" isDisabled={isBusy} onPress={() => void make(step.ask)}>{t`Make the passkey`}</Button>
            <Button tone="quiet" onPress={() => void startOver()}>{t`Start over`}</Button>
          </div>
        </Gate>
      );
    case "confirm":
      return (
        <Gate step={place(3)} error={error} title={t`Once more, to be sure`} lead={<Trans>Use the new passkey once. Only when it has opened its own lock is it trusted with yours.</Trans>}>
          <div className="flex gap-2">
            <Button tone="primary" icon="key" isDisabled={isBusy} onPress={() => void confirm(step.ask)}>{t`Use the passkey`}</Button>
            <Button tone="quiet" onPress={() => void startOver()}>{t`Start over`}</Button>
          </div>
        </Gate>
      );
    case "kit": {
      const sheet = step.sheets[step.sheet];
      if (!sheet) return null;
      return (
        <Gate
          wide
          step={place(4)}
          error={error}
          title={step.sheets.length > 1 ? t`Keep recovery kit ${step.sheet + 1} of ${step.sheets.length}` : t`Keep your recovery kit`}
          lead={<Trans>If every device and passkey is lost, this sheet opens your data. Nobody can recover it for you, and neither can the box.</Trans>}
        >
          {!withPrf && (
            <Banner tone="attention" title={t`This passkey cannot open the vault by itself`}>
              <Trans>So there are two kits, to be kept in two places. After a reload this device needs the box to unlock.</Trans>
            </Banner>
          )}
          <KitPage sheet={sheet} name={name} number={step.sheet + 1} of={step.sheets.length} />
          <KitActions sheet={sheet} number={step.sheet + 1} onKept={() => setStep({ ...step, isKept: true })} />
          <div><Button tone={step.isKept ? "primary" : "plain"} isDisabled={!step.isKept} onPress={() => go({ at: "proof", sheets: step.sheets, sheet: step.sheet })}>{t`It is kept, go on`}</Button></div>
        </Gate>
      );
    }
    case "proof": {
      const sheet = step.sheets[step.sheet];
      if (!sheet) return null;
      return (
        <Gate step={place(5)} error={error} title={t`Read a part of it back`} lead={<Trans>Take the sheet, not the screen. A kit that cannot be read back is not kept.</Trans>}>
          <form onSubmit={(event) => prove(event, step)} className="flex flex-col gap-5">
            <KitProof sheet={sheet} groups={groups} onChange={setGroups} />
            <div className="flex gap-2">
              <Button type="submit" tone="primary" isDisabled={isBusy || sheet.asked.some((_, at) => !groups[at]?.trim())}>{t`Check and finish`}</Button>
              <Button tone="quiet" onPress={() => go({ at: "kit", sheets: step.sheets, sheet: step.sheet, isKept: true })}>{t`Show the kit again`}</Button>
            </div>
          </form>
        </Gate>
      );
    }
  }
}
