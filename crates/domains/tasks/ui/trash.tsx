import { problemOf, useLife, useStatus, useTasks } from "@lifeos/core";
import { Banner, Button, Dialog, DialogActions, DialogBody, Icon, useToast } from "@lifeos/design";
import { plural } from "@lingui/core/macro";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useTaskActions } from "./context";
import { ScopeList } from "./lists";
import { Empty, NotRead, SectionHead } from "./screen";

export type TrashScreenProps = {
  /** Makes sure that it is the person; answers false when they gave it up. */
  verify: () => Promise<boolean>;
  /** Puts a failure into words. */
  explain: (error: unknown) => string;
};

type Erasing = { at: "asks" } | { at: "here" } | { at: "box" } | { at: "stopped"; reason: string };

/** What was thrown away, for thirty days; and the one act here that nothing brings back. */
export function TrashScreen({ verify, explain }: TrashScreenProps) {
  const { t } = useLingui();
  const actions = useTaskActions();
  const client = useLife();
  const toast = useToast();
  const isOffline = useStatus((status) => status.sync === "offline");
  const toErase = useStatus((status) => status.toErase);
  const others = useTasks<"trash">({ type: "trash" });
  const counts = useTasks<"counts">({ type: "counts" });
  const [step, setStep] = useState<Erasing | null>(null);
  const total = counts.state === "ready" ? counts.view.counts.trash : 0;
  const records = others.state === "ready" ? [...others.view.projects, ...others.view.sections, ...others.view.labels] : [];

  /** The box drops what this device has dropped; the person has just been verified. */
  const atTheBox = async () => {
    setStep({ at: "box" });
    try {
      await client.expect("erased", { type: "erase" });
      setStep(null);
      toast({ text: t`Erased here and at the box. Your other devices follow when they are next in step.` });
    } catch (error) {
      if (problemOf(error).code !== "offline") return setStep({ at: "stopped", reason: explain(error) });
      setStep(null);
      toast({ text: t`Erased here. The box cannot be reached; what it still has waits to be erased there.` });
    }
  };
  const empty = async () => {
    // Without the box nobody can be verified, and nothing there can be erased: that waits.
    const goesOn = !isOffline;
    setStep(null);
    if (goesOn && !(await verify())) return;
    setStep({ at: "here" });
    // One act takes so many and no more.
    for (let left = total; left > 0; ) {
      const done = await actions.run({ type: "emptyTrash", records: null });
      if (!done) return setStep(null);
      left -= done.records.length || left;
    }
    if (goesOn) return atTheBox();
    setStep(null);
    toast({ text: t`Erased here. What the box has waits to be erased there.` });
  };
  const again = async () => {
    if (await verify()) await atTheBox();
  };
  const close = () => {
    if (step?.at !== "here" && step?.at !== "box") setStep(null);
  };
  return (
    <>
      <ScopeList
        scope={{ type: "trash" }}
        title={t`Trash`}
        inTrash
        aside={t`Kept for 30 days, then erased.`}
        actions={total > 0 && <Button tone="danger" onPress={() => setStep({ at: "asks" })}>{t`Empty the trash`}</Button>}
        notice={
          toErase > 0 && (
            <Banner
              tone="attention"
              title={plural(toErase, { one: "# record waits to be erased at the box", other: "# records wait to be erased at the box" })}
              actions={<Button tone="danger" isDisabled={isOffline} onPress={() => void again()}>{t`Erase at the box`}</Button>}
            >
              {isOffline ? <Trans>They are gone from your lists. The box still keeps them, sealed, and cannot be reached now.</Trans> : <Trans>They are gone from your lists. The box still keeps them, sealed, until you confirm it with your passkey.</Trans>}
            </Banner>
          )
        }
        empty={records.length === 0 && <Empty title={t`The trash is empty`}><p><Trans>What you throw away stays here for 30 days, and can be taken out again.</Trans></p></Empty>}
        footer={
          others.state === "failed" ? (
            <div className="px-4 pt-6 sm:pl-[calc(var(--margin)+0.75rem)]"><NotRead title={t`Projects, sections and labels in the trash could not be read`} /></div>
          ) : records.length > 0 && (
            <section aria-label={t`Projects, sections and labels in the trash`} className="px-4 pt-6 pb-20 sm:pl-[calc(var(--margin)+0.75rem)]">
              <SectionHead count={records.length}>{t`Projects, sections and labels`}</SectionHead>
              <ul>
                {records.map((record) => (
                  <li key={record.id} className="flex min-h-(--row) items-center justify-between gap-3">
                    <span className="truncate text-ink-2">{record.title}</span>
                    <Button tone="quiet" aria-label={t`Take out ${record.title}`} onPress={() => actions.restoreRecord(record.id, record.title)}>{t`Take out`}</Button>
                  </li>
                ))}
              </ul>
            </section>
          )
        }
      />
      <Dialog title={step?.at === "here" || step?.at === "box" ? t`Erasing…` : t`Erase what is in the trash?`} role="alertdialog" width="narrow" isOpen={step !== null} onClose={close}>
        <DialogBody isReadOnly={step?.at === "here" || step?.at === "box"}>
          {step?.at === "stopped" && <Banner tone="danger" title={t`Not erased at the box`}><p>{step.reason}</p><p><Trans>What is gone from this device stays gone. The box still has it, sealed; you can try again from this page.</Trans></p></Banner>}
          {(step?.at === "here" || step?.at === "box") && (
            <ol aria-live="polite" className="flex flex-col gap-1">
              <Stage name={t`This device`} state={step.at === "here" ? "now" : "done"} />
              <Stage name={t`The box`} state={step.at === "box" ? "now" : "next"} />
            </ol>
          )}
          {step?.at === "asks" && (
            <>
              <p>
                {isOffline ? (
                  <Plural value={total} one="One record is erased from this device now, and from the box and your other devices once you confirm it there. This cannot be undone." other="# records are erased from this device now, and from the box and your other devices once you confirm it there. This cannot be undone." />
                ) : (
                  <Plural value={total} one="One record is erased from this device and from the box, and from every other device when it is next in step. This cannot be undone." other="# records are erased from this device and from the box, and from every other device when it is next in step. This cannot be undone." />
                )}
              </p>
              <p className="text-ink-2"><Trans>What cannot be erased: backups that exist already, until they expire, and the sealed copy on a device that never goes online again.</Trans></p>
            </>
          )}
        </DialogBody>
        {step?.at === "asks" && (
          <DialogActions>
            <Button onPress={close}>{t`Keep`}</Button>
            <Button tone="danger" onPress={() => void empty()}>{t`Erase for good`}</Button>
          </DialogActions>
        )}
        {step?.at === "stopped" && <DialogActions><Button onPress={close}>{t`Close`}</Button></DialogActions>}
      </Dialog>
    </>
  );
}

function Stage({ name, state }: { name: string; state: "next" | "now" | "done" }) {
  const { t } = useLingui();
  return (
    <li className={state === "next" ? "flex items-center gap-2.5 py-1 text-ink-3" : "flex items-center gap-2.5 py-1"}>
      {state === "done" ? <Icon name="check" className="text-moss" /> : <span aria-hidden className={state === "now" ? "size-4 animate-pulse rounded-full border-2 border-accent" : "size-4 rounded-full border-2 border-line-strong"} />}
      <span>{name}</span>
      <span className="ml-auto text-small text-ink-3">{state === "done" ? t`erased` : state === "now" ? t`erasing…` : t`next`}</span>
    </li>
  );
}
