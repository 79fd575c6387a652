import { useLife, useStatus } from "@lifeos/core";
import { Banner, Button } from "@lifeos/design";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { useAttempt } from "../enrol/use-attempt";
import { Approve } from "./approve";
import { Page } from "./page";
import { StepUpProvider, useStepUp } from "./step-up";

/**
 * From one name of the box to another. For a browser that is another place, hence another device:
 * this one lets it in, and is retired once nothing that was written here is here alone.
 */
export function MoveScreen() {
  const { t } = useLingui();
  return (
    <StepUpProvider>
      <Page title={t`Move to another name`} aside={<Trans>The box has got another name, and this browser still knows it as {location.host}.</Trans>}>
        <Move />
      </Page>
    </StepUpProvider>
  );
}

function Move() {
  const { t } = useLingui();
  const client = useLife();
  const stepUp = useStepUp();
  const { attempt, isBusy, error } = useAttempt();
  const waiting = useStatus((status) => status.waiting);
  const isLive = useStatus((status) => status.sync === "live");
  const [isIn, setIn] = useState(false);
  const isSent = isLive && waiting === 0;
  const retire = async () => {
    if (!(await stepUp(t`This device is about to be revoked, so your passkey is asked for once more.`))) return;
    await attempt(async () => void (await client.call({ type: "retire" })));
  };
  return (
    <ol className="flex flex-col gap-8">
      <Step number={1} title={t`Everything is sent`} isDone={isSent}>
        {isSent ? (
          <p className="text-ink-2"><Trans>The box has all that was written here.</Trans></p>
        ) : (
          <p className="text-ink-2">{waiting > 0 ? plural(waiting, { one: "# change waits to be sent.", other: "# changes wait to be sent." }) : t`The box cannot be reached yet.`} <Trans>Keep this page open until it is through.</Trans></p>
        )}
      </Step>
      <Step number={2} title={t`Let the browser at the new name in`} isDone={isIn}>
        <p className="text-ink-2"><Trans>The copy, keys and passkeys of a name stay with it: at the new name this browser begins as a new device. The box must answer to both names for as long as it takes; the owner's manual says how.</Trans></p>
        <Approve at={t`the new name`} onIn={() => setIn(true)} />
      </Step>
      <Step number={3} title={t`Make a passkey there`} isDone={false}>
        <p className="text-ink-2"><Trans>A passkey belongs to the name that it was made at. At the new name open “Devices and ways to unlock” and add one; a recovery kit proves that it is you. Until then only your kits unlock there.</Trans></p>
      </Step>
      <Step number={4} title={t`Retire this device`} isDone={false}>
        <p className="text-ink-2"><Trans>It is revoked, and its copy is erased. What it wrote is at the box and at the new name.</Trans></p>
        {error && <Banner tone="danger" title={error} />}
        <div><Button tone="danger" isDisabled={!isSent || !isIn || isBusy} onPress={() => void retire()}>{t`Retire this device`}</Button></div>
        {!isIn && <p className="text-small text-ink-3"><Trans>First let the browser at the new name in.</Trans></p>}
      </Step>
    </ol>
  );
}

function Step({ number, title, isDone, children }: { number: number; title: string; isDone: boolean; children: ReactNode }) {
  const { t } = useLingui();
  return (
    <li className="grid grid-cols-[2rem_1fr] gap-x-3">
      <span aria-hidden className={`figures text-lead font-semibold ${isDone ? "text-moss" : "text-ink-3"}`}>{isDone ? "✓" : number}</span>
      <div className="flex min-w-0 flex-col gap-3">
        <h2 className="text-lead font-semibold">{title}{isDone && <span className="sr-only"> {t`(done)`}</span>}</h2>
        {children}
      </div>
    </li>
  );
}
