import { type KitSheet, useLife, useProfile } from "@lifeos/core";
import { Banner, Button, Dialog, DialogActions, DialogBody, useToast } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { KitActions, KitPage, KitProof } from "../enrol/kit-sheet";
import { useAttempt } from "../enrol/use-attempt";
import { useStepUp } from "./step-up";

/**
 * Makes a kit. In place of one that is lost, the lost one is revoked once the new one is proven: never
 * is there a moment with fewer ways in than before.
 */
export function AddKit({ replaces, hasOne = false, onDone }: { replaces?: string; hasOne?: boolean; onDone: () => void }) {
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
      if (replaces !== undefined) await client.call({ type: "revoke", targets: [replaces] });
      close();
      toast({ text: replaces !== undefined ? t`The new kit counts. The old one opens nothing any more.` : t`The new kit counts. Old kits stay valid until you revoke them.` });
      onDone();
    });
  return (
    <>
      {replaces !== undefined ? (
        <Button tone="quiet" aria-label={t`Replace the kit ${replaces.slice(0, 8)}`} onPress={() => void begin()}>{t`Replace`}</Button>
      ) : (
        <Button tone="quiet" icon="print" onPress={() => void begin()}>{hasOne ? t`Make a second kit` : t`Make a kit`}</Button>
      )}
      <Dialog title={replaces !== undefined ? t`A kit in place of the old one` : t`New recovery kit`} hideTitle={at === "keep"} width="wide" isOpen={sheet !== null} onClose={close}>
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
