import { type JoinStep, type Reply, useLife, askPasskey, canUsePasskeys } from "@lifeos/core";
import { Button, Progress, TextField } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, type ReactNode, useState } from "react";
import { invitation } from "../people/invitation";
import { useDeviceName } from "./device-name";
import { HelpLink } from "../help/help-link";
import { Gate } from "./gate";
import { KitFile } from "./kit-file";
import { Qr } from "./qr";
import { useAttempt } from "./use-attempt";

type Way = "approval" | "passkey" | "kit";

/** A browser that holds nothing yet comes to an account that exists. */
export function Join({ step }: { step: JoinStep | null }) {
  const { t } = useLingui();
  const client = useLife();
  const firstName = useDeviceName();
  const { attempt, isBusy, error, clear } = useAttempt();
  const [device, setDevice] = useState(firstName);
  const [way, setWay] = useState<Way | null>(null);
  const [approval, setApproval] = useState<Extract<Reply, { type: "approval" }> | null>(null);
  const [code, setCode] = useState("");
  const [account, setAccount] = useState("");

  const cancel = () => {
    setWay(null);
    setApproval(null);
    setCode("");
    setAccount("");
    clear();
    void client.call({ type: "joinCancel" }).catch(() => {});
  };
  const begin = (chosen: Way) =>
    attempt(async () => {
      const deviceName = device.trim() || firstName;
      setWay(chosen);
      if (chosen === "approval") setApproval(await client.expect("approval", { type: "joinApproval", deviceName }));
      if (chosen === "passkey") {
        const ask = await client.expect("usePasskey", { type: "joinPasskeyBegin", deviceName });
        const used = await askPasskey(ask.options, ask.prfSalt);
        await client.call({ type: "joinPasskey", credential: used.credential, prf: used.prf });
      }
    });
  const byKit = (event: FormEvent) => {
    event.preventDefault();
    void attempt(async () => {
      await client.call({ type: "joinKit", deviceName: device.trim() || firstName, code, account: account.trim() === "" ? null : account });
      setCode("");
    });
  };
  const byFile = (read: () => Promise<string>) =>
    void attempt(async () => void (await client.call({ type: "joinKit", deviceName: device.trim() || firstName, code: await read(), account: null })));
  const confirm = () => attempt(async () => void (await client.call({ type: "joinConfirm" })));

  if (step?.type === "fetching") return <Gate title={t`Taking your account over`} lead={<Trans>Everything is checked on its way in. You can begin before the whole history has come.</Trans>}><Progress label={t`Fetching`} value={null} /></Gate>;
  if (step?.type === "showCode") {
    return (
      <Gate title={t`Type this code on the other device`} error={error} lead={<Trans>On the device that you have already, compare the words, then type the code. Nobody should read it to you, and you should read it to nobody.</Trans>}>
        <p role="img" aria-label={t`Code ${step.code}`} className="figures font-mono text-[2.5rem] leading-none font-semibold tracking-[0.18em]">{step.code.slice(0, 3)} {step.code.slice(3)}</p>
        <Words words={step.accountWords} />
        <div><Button tone="quiet" className="-ml-3" onPress={cancel}>{t`Cancel`}</Button></div>
      </Gate>
    );
  }
  if (step?.type === "confirmAccount" || step?.type === "confirmKit") {
    return (
      <Gate
        title={step.type === "confirmAccount" ? t`Is this your account?` : t`Compare with your kit`}
        error={error}
        lead={step.type === "confirmAccount" ? <Trans>The other device shows the same words. If it does not, somebody is trying to take this device into an account of theirs.</Trans> : <Trans>The words must be those on your sheet.</Trans>}
      >
        {step.type === "confirmAccount" && <p className="text-title font-semibold">{step.accountName}</p>}
        <Words words={step.accountWords} />
        {step.type === "confirmKit" && step.lastChangeMs !== null && <p className="text-ink-2"><Trans>The newest change that the box shows is of <LastChange at_ms={step.lastChangeMs} />. If you know of later ones, stop here.</Trans></p>}
        <div className="flex flex-wrap gap-2">
          <Button tone="primary" isDisabled={isBusy} onPress={() => void confirm()}>{t`Yes, they are the same`}</Button>
          <Button tone="danger" onPress={cancel}>{t`No, stop`}</Button>
        </div>
      </Gate>
    );
  }
  if (way === "approval" && approval) {
    return (
      <Gate title={t`Open this on a device that you have`} error={error} lead={<Trans>On a device where LifeOS is open, choose “Add a device” and scan this, or paste the link there.</Trans>}>
        <div className="flex flex-wrap items-start gap-6">
          <Qr code={approval.qr} label={t`QR code of the link`} className="w-52 rounded-sm" />
          <div className="flex min-w-0 flex-1 basis-60 flex-col gap-2">
            <p className="rounded-sm border border-line bg-sunken p-2 font-mono text-small break-all select-all">{approval.link}</p>
            <div><CopyLink link={approval.link} /></div>
          </div>
        </div>
        <p role="status" className="text-ink-2">{t`Waiting for the other device…`}</p>
        <div><Button tone="quiet" className="-ml-3" onPress={cancel}>{t`Cancel`}</Button></div>
      </Gate>
    );
  }
  if (way === "kit") {
    return (
      <Gate title={t`With a recovery kit`} error={error} lead={<Trans>Open the kit's file, or type the lines of your sheet. Capitals and spaces do not matter.</Trans>}>
        <form onSubmit={byKit} className="flex flex-col gap-5">
          <KitFile isDisabled={isBusy} onRead={byFile} />
          <TextField label={t`Code`} value={code} onChange={setCode} autoFocus mono rows={2} spellCheck="false" />
          <TextField label={t`Account`} hint={t`If you leave it empty, you compare words in the next step.`} value={account} onChange={setAccount} mono rows={2} spellCheck="false" />
          <div className="flex flex-wrap gap-2">
            <Button type="submit" tone="primary" isDisabled={isBusy || code.trim() === ""}>{t`Go on`}</Button>
            <Button tone="quiet" onPress={cancel}>{t`Back`}</Button>
          </div>
        </form>
      </Gate>
    );
  }
  return (
    <Gate title={t`Welcome back`} error={error} lead={<Trans>This box has an account. How do you want to bring it to this browser?</Trans>}>
      <TextField label={t`Name of this device`} value={device} onChange={setDevice} className="max-w-96" />
      <div className="flex flex-col">
        <WayChoice title={t`Approve from another device`} isDisabled={isBusy} onPress={() => void begin("approval")}><Trans>Where LifeOS is open already. The safest way.</Trans></WayChoice>
        {canUsePasskeys() && <WayChoice title={t`Use a passkey`} isDisabled={isBusy} onPress={() => void begin("passkey")}><Trans>One that you made for this box, synced or on a security key.</Trans></WayChoice>}
        <WayChoice title={t`Use a recovery kit`} isDisabled={isBusy} onPress={() => void begin("kit")}><Trans>The sheet or file that you keep, when nothing else is at hand.</Trans></WayChoice>
        <WayChoice title={t`I was invited`} isDisabled={isBusy} onPress={invitation.expect}><Trans>With the link and the code of an invitation, to an account of your own.</Trans></WayChoice>
      </div>
      <div><HelpLink at="everything">{t`I have none of these`}</HelpLink></div>
    </Gate>
  );
}

/** Says that it has copied, or that it could not: the link stands above it and can be selected. */
export function CopyLink({ link }: { link: string }) {
  const { t } = useLingui();
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  const copy = () => navigator.clipboard.writeText(link).then(() => setState("copied"), () => setState("refused"));
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <Button icon={state === "copied" ? "check" : "copy"} onPress={() => void copy()}>{t`Copy the link`}</Button>
      <span role="status" className="text-small text-ink-2">{state === "copied" ? t`Copied.` : state === "refused" ? t`The browser did not allow it. Select the link instead.` : null}</span>
    </span>
  );
}

function WayChoice({ title, children, onPress, isDisabled }: { title: string; children: ReactNode; onPress: () => void; isDisabled: boolean }) {
  return (
    <button type="button" disabled={isDisabled} onClick={onPress} className="-mx-3 flex flex-col items-start rounded-sm border-t border-line px-3 py-3.5 text-left hover:bg-hover disabled:opacity-50">
      <span className="font-semibold text-accent">{title}</span>
      <span className="text-ink-2">{children}</span>
    </button>
  );
}

export function Words({ words }: { words: readonly string[] }) {
  const { t } = useLingui();
  return (
    <ol aria-label={t`Words to compare`} className="grid max-w-md grid-cols-2 gap-x-6 gap-y-1 sm:grid-cols-3">
      {words.map((word, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a word may stand twice
        <li key={at} className="flex items-baseline gap-2 border-b border-line py-1 font-mono text-lead">
          <span className="figures text-micro text-ink-3">{at + 1}</span>
          {word}
        </li>
      ))}
    </ol>
  );
}

function LastChange({ at_ms }: { at_ms: number }) {
  const { i18n } = useLingui();
  return <strong className="figures font-semibold">{new Intl.DateTimeFormat(i18n.locale, { dateStyle: "long", timeStyle: "short" }).format(at_ms)}</strong>;
}
