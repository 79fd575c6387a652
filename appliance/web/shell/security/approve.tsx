import { type ApprovalRole, useLife, useNavigation } from "@lifeos/core";
import { Banner, Button, Segmented, TextField } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useState } from "react";
import { Words } from "../enrol/join";
import { useAttempt } from "../enrol/use-attempt";
import { Page, Section } from "./page";
import { StepUpProvider, useStepUp } from "./step-up";

/** On the device that one has: lets a new one in. The code is typed, never tapped. */
export function ApproveScreen() {
  const { t } = useLingui();
  return (
    <StepUpProvider>
      <Page title={t`Add a device`} aside={t`A browser on a phone, a tablet, another computer.`}>
        <Approve at={location.host} />
      </Page>
    </StepUpProvider>
  );
}

/** The steps of it. Where the box is found `at` another name than here, it is told to be so. */
export function Approve({ at: host, onIn }: { at: string; onIn?: () => void }) {
  const { t } = useLingui();
  const client = useLife();
  const { go } = useNavigation();
  const stepUp = useStepUp();
  const { attempt, isBusy, error, clear } = useAttempt();
  const [link, setLink] = useState(() => (location.hash.length > 1 ? location.href : ""));
  const [role, setRole] = useState<ApprovalRole>("full");
  const [at, setAt] = useState<"link" | "code" | "done">("link");
  const [code, setCode] = useState("");
  const [words, setWords] = useState<readonly string[]>([]);
  const [elsewhere, setElsewhere] = useState<string | null>(null);

  const open = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await stepUp())) return;
    await attempt(async () => {
      const opened = await client.expect("approving", { type: "approveOpen", link: link.trim(), role: onIn ? "full" : role });
      setWords(opened.accountWords);
      setElsewhere(opened.elsewhere);
      setAt("code");
    });
  };
  const check = (event: FormEvent) => {
    event.preventDefault();
    void attempt(async () => {
      await client.call({ type: "approveCode", code: code.replace(/\D/g, "") });
      setAt("done");
      onIn?.();
    }).then((worked) => {
      setCode("");
      if (!worked) setAt("link");
    });
  };
  const cancel = () => {
    void client.call({ type: "approveCancel" }).catch(() => {});
    setAt("link");
    setCode("");
    clear();
  };
  return (
    <>
      {error && <Banner tone="danger" title={error} />}
      {at === "link" && (
        <Section title={t`On the new device`}>
          <ol className="flex list-decimal flex-col gap-1.5 pl-5 text-ink-2">
            <li><Trans>Open <strong className="font-medium text-ink">{host}</strong> in its browser.</Trans></li>
            <li><Trans>Choose “Approve from another device”.</Trans></li>
            <li>{onIn ? <Trans>Copy its link, and paste it here.</Trans> : <Trans>Scan its QR code with this device's camera, or paste its link here.</Trans>}</li>
          </ol>
          <form onSubmit={(event) => void open(event)} className="flex flex-col gap-5 pt-4">
            <TextField label={t`Link from the new device`} value={link} onChange={setLink} mono spellCheck="false" />
            {!onIn && <Segmented
              label={t`What is it?`}
              value={role}
              onChange={setRole}
              choices={[{ value: "full", label: t`Mine alone` }, { value: "shared", label: t`Shared, as a kitchen tablet` }]}
            />}
            {!onIn && <p className="text-small text-ink-3">{role === "full" ? <Trans>It can open everything, and approve others.</Trans> : <Trans>It opens only the spaces that allow shared devices, and can approve nobody.</Trans>}</p>}
            <div><Button type="submit" tone="primary" isDisabled={isBusy || link.trim() === ""}>{t`Go on`}</Button></div>
          </form>
        </Section>
      )}
      {at === "code" && (
        <Section title={t`Type the code of the new device`}>
          <p className="text-ink-2"><Trans>The new device shows six digits. There is one try; it stays valid for five minutes. Type it only if you see the new device in front of you.</Trans></p>
          <p className="text-ink-2"><Trans>It shows these words as well. If they differ, stop: it is being taken into an account that is not yours.</Trans></p>
          <Words words={words} />
          {elsewhere && <Banner tone="attention" title={t`It is at another name: ${elsewhere}`}><Trans>Your box answers to that name. Go on only if it is the one that you opened there yourself.</Trans></Banner>}
          <form onSubmit={check} className="flex flex-col gap-5 pt-2">
            <label className="flex flex-col gap-1">
              <span className="text-small font-medium text-ink-2">{t`Code`}</span>
              <input
                // biome-ignore lint/a11y/noAutofocus: the only thing to do on this page
                autoFocus
                inputMode="numeric"
                autoComplete="off"
                maxLength={7}
                value={code}
                onChange={(event) => setCode(event.target.value)}
                className="figures h-14 w-56 rounded-sm border border-line-strong bg-raised px-3 text-center font-mono text-[1.75rem] tracking-[0.2em]"
              />
            </label>
            <div className="flex gap-2">
              <Button type="submit" tone="primary" isDisabled={isBusy || code.replace(/\D/g, "").length !== 6}>{t`Let it in`}</Button>
              <Button tone="quiet" onPress={cancel}>{t`Cancel`}</Button>
            </div>
          </form>
        </Section>
      )}
      {at === "done" && (
        <Banner tone="good" title={t`The new device is in`} actions={!onIn && <Button onPress={() => go("/devices")}>{t`Show devices`}</Button>}>
          <p className="pb-2"><Trans>It asks once more to compare the account's words, then fetches your data.</Trans></p>
          <Words words={words} />
        </Banner>
      )}
    </>
  );
}
