import { type KitSheet, makePasskey, type Reply, useLife, askPasskey } from "@lifeos/core";
import { Banner, Button } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Gate } from "./gate";
import { KitActions, KitPage, KitProof } from "./kit-sheet";
import { NoPasskeys } from "./no-passkeys";
import { useAttempt } from "./use-attempt";

type Make = Extract<Reply, { type: "makePasskey" }>;
type Use = Extract<Reply, { type: "usePasskey" }>;
type Step =
  | { at: "passkey" }
  | { at: "confirm"; ask: Use; isAgain: boolean }
  | { at: "kit"; sheets: readonly KitSheet[]; sheet: number; isKept: boolean }
  | { at: "proof"; sheets: readonly KitSheet[]; sheet: number };

export type NewAccountProps = {
  /** What the box asked for when it let the person begin. */
  ask: Make;
  name: string;
  /** How many steps came before, and how many there are in all. */
  before: number;
  of: number;
  onStartOver: () => void;
  /** The box has taken the account. */
  onDone?: () => void;
  /** Puts what the box refuses into words, where the way in has some of its own. */
  refused?: <Done>(act: Promise<Done>) => Promise<Done>;
};

/** What every way in ends with: a passkey, used once more, and a kit that is proven kept. Nothing is stored before the end. */
export function NewAccount({ ask, name, before, of, onStartOver, onDone, refused = (act) => act }: NewAccountProps) {
  const { t } = useLingui();
  const client = useLife();
  const { attempt, isBusy, error, clear } = useAttempt();
  const [step, setStep] = useState<Step>({ at: "passkey" });
  const [groups, setGroups] = useState<string[]>([]);
  const [withPrf, setWithPrf] = useState(true);
  const place = (at: number) => ({ at: before + at, of, label: t`Step` });
  const go = (next: Step) => {
    clear();
    setStep(next);
  };
  const make = () =>
    attempt(async () => {
      const made = await makePasskey(ask.options, ask.prfSalt);
      setWithPrf(made.prfEnabled);
      const reply = await client.call({ type: "claimPasskeyMade", credential: made.credential, prf: made.prf, prfEnabled: made.prfEnabled });
      if (reply.type === "usePasskey") setStep({ at: "confirm", ask: reply, isAgain: false });
      else if (reply.type === "kits") setStep({ at: "kit", sheets: reply.sheets, sheet: 0, isKept: false });
    });
  const confirm = (ask: Use) =>
    attempt(async () => {
      const used = await askPasskey(ask.options, ask.prfSalt);
      const reply = await client.call({ type: "claimPasskeyConfirmed", prf: used.prf });
      // One that gave no key when it was made, as in Firefox, has given its first one now.
      if (reply.type === "usePasskey") setStep({ at: "confirm", ask: reply, isAgain: true });
      else if (reply.type === "kits") setStep({ at: "kit", sheets: reply.sheets, sheet: 0, isKept: false });
    });
  const prove = (event: FormEvent, now: Extract<Step, { at: "proof" }>) => {
    event.preventDefault();
    void attempt(async () => {
      await client.call({ type: "claimProveKit", sheet: now.sheet, groups });
      setGroups([]);
      if (now.sheet + 1 < now.sheets.length) setStep({ at: "kit", sheets: now.sheets, sheet: now.sheet + 1, isKept: false });
      else {
        await refused(client.call({ type: "claimFinish" }));
        onDone?.();
      }
    });
  };
  const startOver = async () => {
    await client.call({ type: "claimCancel" }).catch(() => {});
    onStartOver();
  };

  switch (step.at) {
    case "passkey":
      return (
        <Gate step={place(1)} error={error} title={t`Make your passkey`} lead={<Trans>Your passkey is the key to everything here. It lives in this device, a security key or your password manager; a fingerprint, face or PIN uses it. There is no password.</Trans>}>
          <NoPasskeys />
          <div className="flex gap-2">
            <Button tone="primary" icon="key" isDisabled={isBusy} onPress={() => void make()}>{t`Make the passkey`}</Button>
            <Button tone="quiet" onPress={() => void startOver()}>{t`Start over`}</Button>
          </div>
        </Gate>
      );
    case "confirm":
      return (
        <Gate step={place(1)} error={error} title={t`Once more, to be sure`} lead={step.isAgain ? <Trans>Use it once again: it has to give the same key each time.</Trans> : <Trans>Use the new passkey once. Only when it has opened its own lock is it trusted with yours.</Trans>}>
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
          step={place(2)}
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
        <Gate step={place(3)} error={error} title={t`Read a part of it back`} lead={<Trans>Take the sheet, not the screen. A kit that cannot be read back is not kept.</Trans>}>
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
