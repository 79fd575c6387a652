import { askPasskey, type ForkBranch, type ForkKey, type ForkView, useLife, useStatus } from "@lifeos/core";
import { Banner, Button, Dialog, DialogActions, DialogBody, PlainButton, Progress, Switch, useToast } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { KitCode } from "../enrol/kit-code";
import { useAttempt } from "../enrol/use-attempt";
import { InWords } from "../problem-words";
import { useMemberName } from "./member-name";
import { useStepUp } from "./step-up";

/** Keeping one history cannot be taken back: what it means, whom to take out with it, and whose key signs. */
export function KeepHistory({ fork, branch, onClose, onDone }: { fork: ForkView; branch: ForkBranch; onClose: () => void; onDone: () => void }) {
  const { t } = useLingui();
  const client = useLife();
  const stepUp = useStepUp();
  const toast = useToast();
  const name = useMemberName();
  const alarms = useStatus((status) => status.alarms);
  const { attempt, isBusy, error, clear } = useAttempt();
  const [out, setOut] = useState<readonly string[]>([]);
  const [withKit, setWithKit] = useState(false);
  const [code, setCode] = useState("");
  const byMethod = fork.resolver.type === "method";
  const leave = fork.branches.filter((other) => other.head !== branch.head).flatMap((other) => other.onlyHere).filter((who) => !branch.onlyHere.some((here) => here.id === who.id));
  const choices = byMethod ? branch.onlyHere : [];

  const keep = (key: () => Promise<ForkKey | null>) =>
    attempt(async () => {
      const by = await key();
      if (!by && (byMethod || !(await stepUp()))) return;
      await client.call({ type: "resolveFork", log: fork.log, keep: branch.head, remove: [...out], by });
      toast({ text: t`Kept. New keys are being made.` });
      // Who has settled it has seen it.
      for (const { kind, number } of alarms) if (kind === "logFork") await client.call({ type: "alarmSeen", alarm: number }).catch(() => {});
      onDone();
    });
  const passkey = async (): Promise<ForkKey> => {
    const { options, prfSalt } = await client.expect("unlock", { type: "unlockBegin" });
    if (!options) throw new InWords(t`The passkey of this device cannot sign this. Use a recovery kit.`);
    const used = await askPasskey(options, prfSalt);
    if (used.prf === null) throw new InWords(t`This passkey cannot sign this. Use a recovery kit.`);
    return { type: "passkey", credentialId: used.credentialId, prf: used.prf };
  };
  const byKit = (read: () => Promise<string>) => void keep(async () => ({ type: "kit", code: await read() }));
  const other = (kit: boolean) => {
    clear();
    setCode("");
    setWithKit(kit);
  };
  return (
    <Dialog title={t`Keep this history?`} role="alertdialog" width="narrow" isOpen onClose={() => { if (!isBusy) onClose(); }}>
      <form onSubmit={(event) => { event.preventDefault(); if (withKit && code.trim() !== "") byKit(async () => code); }} className="contents">
        <DialogBody>
          {error && <Banner tone="danger" title={error} />}
          {isBusy && <Progress label={t`Making new keys`} value={null} />}
          <ul className="flex list-disc flex-col gap-1.5 pl-5">
            {leave.length > 0 && <li className="font-medium">{t`These lose access: ${leave.map(name).join(", ")}`}</li>}
            <li>{byMethod ? <Trans>Your account and each of its spaces get new keys for those who stay.</Trans> : <Trans>The space gets a new key for those who stay.</Trans>}</li>
            <li><Trans>The other history is kept as evidence and never taken again.</Trans></li>
            {branch.keepsThisDevice && <li><Trans>Nothing that you wrote on this device is lost.</Trans></li>}
          </ul>
          {!branch.keepsThisDevice && <Banner tone="attention" title={t`This is the device that you are using`}><Trans>It is not in the history that you keep. Its copy here is erased, and what waits here with it.</Trans></Banner>}
          {choices.length > 0 && (
            <fieldset className="flex flex-col gap-1">
              <legend className="pb-1 font-medium">{t`Take out at once`}</legend>
              {choices.map((who) => <Switch key={who.id} label={name(who)} isSelected={out.includes(who.id)} onChange={(isOut) => setOut(isOut ? [...out, who.id] : out.filter((id) => id !== who.id))} />)}
            </fieldset>
          )}
          {byMethod && (withKit ? (
            <>
              <KitCode isDisabled={isBusy} onRead={byKit} code={code} onCode={setCode} />
              <Way onPress={() => other(false)} label={t`Use the passkey instead`} />
            </>
          ) : (
            <Way onPress={() => other(true)} label={t`No passkey at hand? Use a recovery kit`} />
          ))}
          <p className="text-ink-2"><Trans>This cannot be undone.</Trans></p>
        </DialogBody>
        <DialogActions>
          <Button isDisabled={isBusy} onPress={onClose}>{t`Cancel`}</Button>
          {withKit ? (
            <Button type="submit" tone="danger" isDisabled={isBusy || code.trim() === ""}>{t`Keep it, with the kit`}</Button>
          ) : (
            <Button tone="danger" icon="key" isDisabled={isBusy} onPress={() => void keep(byMethod ? passkey : async () => null)}>{byMethod ? t`Keep it, with the passkey` : t`Keep it`}</Button>
          )}
        </DialogActions>
      </form>
    </Dialog>
  );
}

function Way({ onPress, label }: { onPress: () => void; label: string }) {
  return <PlainButton onPress={onPress} className="-mx-1 self-start rounded-xs px-1 text-small text-ink-2 underline underline-offset-3 decoration-line-strong hovered:text-ink pointer-coarse:min-h-11">{label}</PlainButton>;
}
