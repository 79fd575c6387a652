import { type KitSheet, useLife, useProfile } from "@lifeos/core";
import { Banner, Button, Dialog, DialogActions, DialogBody, useToast } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { KitActions, KitPage, KitProof } from "../enrol/kit-sheet";
import { useAttempt } from "../enrol/use-attempt";
import { useStepUp } from "./step-up";

export function AddKit({ onDone }: { onDone: () => void }) {
  const { t } = useLingui();
  const client = useLife();
  const stepUp = useStepUp();
  const toast = useToast();
  const profile = useProfile();
  const { attempt, isBusy, error, clear } = useAttempt();
  const [sheet, setSheet] = useState<KitSheet | null>(null);
  const [at, setAt] = useState<"keep" | "prove">("keep");
  const [isKept, setKept] = useState(false);
  const [groups, setGroups] = useState<string[]>([]);
  const close = () => {
    setSheet(null);
    setAt("keep");
    setKept(false);
    setGroups([]);
    clear();
  };
  const begin = async () => {
    if (!(await stepUp())) return;
    await attempt(async () => {
      const { sheets } = await client.expect("kits", { type: "addKitBegin" });
      setSheet(sheets[0] ?? null);
    });
  };
  const prove = () =>
    attempt(async () => {
      await client.call({ type: "addKitProve", groups });
      close();
      toast({ text: t`The new kit counts. Old kits stay valid until you revoke them.` });
      onDone();
    });
  return (
    <>
      <Button tone="quiet" icon="print" onPress={() => void begin()}>{t`Make a kit`}</Button>
      <Dialog title={t`New recovery kit`} hideTitle={at === "keep"} width="wide" isOpen={sheet !== null} onClose={close}>
        {sheet && (
          <>
            <DialogBody className="pt-4">
              {error && <Banner tone="danger" title={error} />}
              {at === "keep" ? (
                <>
                  <KitPage sheet={sheet} name={profile?.displayName ?? ""} number={1} of={1} />
                  <KitActions sheet={sheet} number={1} onKept={() => setKept(true)} />
                </>
              ) : (
                <>
                  <p><Trans>Take the sheet, not the screen. A kit that cannot be read back is not kept.</Trans></p>
                  <KitProof sheet={sheet} groups={groups} onChange={setGroups} />
                </>
              )}
            </DialogBody>
            <DialogActions>
              <Button onPress={close}>{t`Cancel`}</Button>
              {at === "keep" ? (
                <Button tone="primary" isDisabled={!isKept} onPress={() => setAt("prove")}>{t`It is kept, go on`}</Button>
              ) : (
                <Button tone="primary" isDisabled={isBusy || sheet.asked.some((_, index) => !groups[index]?.trim())} onPress={() => void prove()}>{t`Check and finish`}</Button>
              )}
            </DialogActions>
          </>
        )}
      </Dialog>
    </>
  );
}
