import { type Reply, useLife } from "@lifeos/core";
import { Button, TextField } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useEffect, useState } from "react";
import { useDeviceName } from "../enrol/device-name";
import { Gate } from "../enrol/gate";
import { Words } from "../enrol/join";
import { NewAccount } from "../enrol/new-account";
import { useAttempt } from "../enrol/use-attempt";
import { InWords } from "../problem-words";
import { invitation } from "./invitation";
import { InviteOver, useRefusals } from "./words";

type Step =
  | { at: "link" }
  | { at: "words"; words: readonly string[] }
  | { at: "differ" }
  | { at: "code"; compared: boolean }
  | { at: "name"; compared: boolean }
  | { at: "account"; ask: Extract<Reply, { type: "makePasskey" }> };

/** From an invitation to an account of one's own: who invites, the code, a name, then what every way in ends with. */
export function Accept() {
  const { t } = useLingui();
  const client = useLife();
  const refused = useRefusals();
  const deviceName = useDeviceName();
  const { attempt, isBusy, error, clear } = useAttempt();
  const [step, setStep] = useState<Step>({ at: "link" });
  const [link, setLink] = useState(() => invitation.link() ?? "");
  const [code, setCode] = useState("");
  const [name, setName] = useState("");
  const [device, setDevice] = useState(deviceName);
  const place = (at: number) => ({ at, of: 6, label: t`Step` });
  const go = (next: Step) => {
    clear();
    setStep(next);
  };
  const read = (given: string) => attempt(async () => setStep({ at: "words", ...(await refused(client.expect("invited", { type: "inviteRead", link: given.trim() }))) }));
  // A link that was opened is read at once.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it was opened
  useEffect(() => {
    if (link !== "") void read(link);
  }, []);

  const begin = (event: FormEvent, compared: boolean) => {
    event.preventDefault();
    invitation.begin();
    void attempt(async () => {
      const accept = { type: "inviteAccept", link: link.trim(), code, compared, name: name.trim(), deviceName: device.trim() || deviceName } as const;
      try {
        setStep({ at: "account", ask: await refused(client.expect("makePasskey", accept)) });
      } catch (caught) {
        if (caught instanceof InviteOver) {
          // There is nothing to try again: the next one is waited for where its link can be pasted.
          invitation.over();
          setLink("");
          setCode("");
          setStep({ at: "link" });
        }
        // A code that does not hold is told where it can be typed again.
        else if (caught instanceof InWords) setStep({ at: "code", compared });
        throw caught;
      }
    });
  };

  switch (step.at) {
    case "link":
      return (
        <Gate step={place(1)} error={error} title={t`You were invited`} lead={<Trans>Open the link that you were sent in this browser, or paste the whole of it here. It is read on this device and is sent nowhere.</Trans>}>
          <form onSubmit={(event) => { event.preventDefault(); void read(link); }} className="flex flex-col gap-5">
            <TextField label={t`Link of the invitation`} value={link} onChange={setLink} autoFocus mono spellCheck="false" />
            <div className="flex gap-2">
              <Button type="submit" tone="primary" isDisabled={isBusy || link.trim() === ""}>{t`Go on`}</Button>
              <Button tone="quiet" onPress={invitation.drop}>{t`Back`}</Button>
            </div>
          </form>
        </Gate>
      );
    case "words":
      return (
        <Gate step={place(1)} error={error} title={t`Who invites you?`} lead={<Trans>These six words belong to the account that invites you. Let the person read theirs to you, on the phone or face to face.</Trans>}>
          <Words words={step.words} />
          <div className="flex flex-wrap gap-2">
            <Button tone="primary" onPress={() => go({ at: "code", compared: true })}>{t`They are the same`}</Button>
            <Button onPress={() => go({ at: "code", compared: false })}>{t`I cannot compare now`}</Button>
            <Button tone="danger" onPress={() => go({ at: "differ" })}>{t`They differ`}</Button>
          </div>
          <p className="text-small text-ink-3"><Trans>You can come in without it. What they share with you is then only offered, until the two of you have compared.</Trans></p>
        </Gate>
      );
    case "differ":
      return (
        <Gate title={t`Then do not go on`} lead={<Trans>This link is not theirs: somebody changed it on its way, or somebody else made it. Nothing was sent and nothing was stored. Ask them for a new invitation, by another way.</Trans>}>
          <div><Button onPress={invitation.drop}>{t`Close`}</Button></div>
        </Gate>
      );
    case "code":
      return (
        <Gate step={place(2)} error={error} title={t`Type the code`} lead={<Trans>Who invites you tells it apart from the link, on the phone for example.</Trans>}>
          <form onSubmit={(event) => { event.preventDefault(); if (code.trim() !== "") go({ at: "name", compared: step.compared }); }} className="flex flex-col gap-5">
            <TextField label={t`Code of the invitation`} hint={t`Ten letters and digits. After five wrong ones the invitation lets nobody in.`} value={code} onChange={setCode} autoFocus mono spellCheck="false" className="max-w-72" />
            <div className="flex gap-2"><Button type="submit" tone="primary" isDisabled={code.trim() === ""}>{t`Go on`}</Button></div>
          </form>
        </Gate>
      );
    case "name":
      return (
        <Gate step={place(3)} error={error} title={t`What shall we call you?`} lead={<Trans>Only people whom you let into a space see this name. The box itself cannot read it.</Trans>}>
          <form onSubmit={(event) => begin(event, step.compared)} className="flex flex-col gap-5">
            <TextField label={t`Your name`} value={name} onChange={setName} autoFocus className="max-w-96" />
            <TextField label={t`Name of this device`} hint={t`So that you know it again in the list of devices.`} value={device} onChange={setDevice} className="max-w-96" />
            <div className="flex gap-2">
              <Button type="submit" tone="primary" isDisabled={isBusy || name.trim() === ""}>{t`Go on`}</Button>
              <Button tone="quiet" onPress={() => go({ at: "code", compared: step.compared })}>{t`Back`}</Button>
            </div>
          </form>
        </Gate>
      );
    case "account":
      return <NewAccount ask={step.ask} name={name} before={3} of={6} refused={refused} onDone={invitation.drop} onStartOver={() => go({ at: "link" })} />;
  }
}
