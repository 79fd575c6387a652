import { type ImportDispute, type ImportReport, problemOf, type ReadingPhase, useLife, useWords } from "@lifeos/core";
import { Banner, Button, Dialog, DialogActions, DialogBody, Progress, useToast } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { useCallback, useEffect, useRef, useState } from "react";
import { useProblemWords } from "../problem-words";
import { Disputes, theirsOf } from "./disputes";
import { carriesFiles, takeFiles } from "./handed-over";
import { useRefusalWords } from "./refusal-words";
import { bringsNothing, broughtBy, ReportView } from "./report";

type Step =
  | { at: "reading"; name: string; phase: ReadingPhase }
  | { at: "report"; name: string; report: ImportReport; disputes: readonly ImportDispute[]; forFile: ReadonlySet<string> }
  | { at: "writing"; name: string; records: number; progress: number | null }
  | { at: "done"; name: string; records: number; batch: string | null }
  | { at: "failed"; name: string; reason: string; why: string | null };

/** Drop a file anywhere: what would happen is shown before anything is written. */
export function DropToImport() {
  const { t } = useLingui();
  const client = useLife();
  const words = useProblemWords();
  const whyNot = useRefusalWords();
  const format = useWords();
  const toast = useToast();
  const [isOver, setOver] = useState(false);
  const [step, setStep] = useState<Step | null>(null);
  const depth = useRef(0);
  const reading = useRef(new AbortController());

  const read = useCallback(
    async (file: File) => {
      reading.current.abort();
      const turn = new AbortController();
      reading.current = turn;
      const { signal } = turn;
      // Closed meanwhile, or another file was dropped: what comes now is not shown any more.
      const show = (next: Step) => !signal.aborted && setStep(next);
      const onProgress = (phase: ReadingPhase) => show({ at: "reading", name: file.name, phase });
      onProgress({ phase: "fetching", done: 0, of: file.size });
      try {
        const { imported, content } = await client.readFile(file, { signal, onProgress });
        if (signal.aborted) return;
        const { report, disputes } = await client.expect("importReport", { type: "importRead", content }, imported);
        show({ at: "report", name: file.name, report, disputes, forFile: new Set() });
      } catch (error) {
        if (signal.aborted) return;
        // Of a file that was read before, nothing may stay behind that could be brought in.
        void client.call({ type: "importCancel" }).catch(() => {});
        const { code, detail } = problemOf(error);
        show({ at: "failed", name: file.name, reason: words(error), why: code === "import" ? whyNot(detail) : null });
      }
    },
    [client, words, whyNot],
  );

  useEffect(() => {
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth.current += 1;
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth.current -= 1;
      if (depth.current <= 0) setOver(false);
    };
    const drop = () => {
      depth.current = 0;
      setOver(false);
    };
    window.addEventListener("dragenter", enter);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragenter", enter);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
    };
  }, []);

  useEffect(() => client.onProgress((done, of) => setStep((now) => (now?.at === "writing" ? { ...now, progress: of === 0 ? null : done / of } : now))), [client]);
  useEffect(() => takeFiles((file) => void read(file)), [read]);

  const apply = async ({ name, report, disputes, forFile }: Extract<Step, { at: "report" }>) => {
    setStep({ at: "writing", name, records: broughtBy(report), progress: null });
    try {
      const done = await client.expect("committed", { type: "importApply", theirs: theirsOf(disputes, forFile) });
      setStep({ at: "done", name, records: done.records.filter((record) => record !== done.batch).length, batch: done.batch });
    } catch (error) {
      setStep({ at: "failed", name, reason: words(error), why: null });
    }
  };
  const takeBack = async (batch: string) => {
    setStep(null);
    try {
      const undone = await client.expect("committed", { type: "undoBatch", batch });
      const kept = undone.leftAlone.length;
      toast({ text: kept > 0 ? t`Taken back. ${kept} that you had changed since stay as they are.` : t`Taken back as a whole.` });
    } catch (error) {
      toast({ tone: "danger", text: words(error) });
    }
  };
  const close = () => {
    if (step?.at === "writing") return;
    reading.current.abort();
    if (step?.at === "report" || step?.at === "reading") void client.call({ type: "importCancel" }).catch(() => {});
    setStep(null);
  };
  const title = step === null ? t`Import` : { reading: t`Reading the file`, report: t`What would come in`, writing: t`Bringing it in`, done: t`It is in`, failed: t`Not imported` }[step.at];
  return (
    <>
      {isOver && (
        <div aria-hidden className="pointer-events-none fixed inset-2 z-50 grid place-items-center rounded-lg border-2 border-dashed border-accent bg-accent-soft/80 animate-fade">
          <p className="text-title font-semibold">{t`Drop it to see what would come in`}</p>
        </div>
      )}
      <Dialog title={title} isOpen={step !== null} onClose={close} width={step?.at === "report" ? "normal" : "narrow"}>
        {step && (
          <>
            <DialogBody>
              <p className="truncate text-ink-3">{step.name}</p>
              {step.at === "reading" && (
                <Progress
                  label={step.phase.phase === "fetching" ? t`Reading` : t`Understanding what it holds`}
                  value={step.phase.phase === "fetching" && step.phase.of > 0 ? step.phase.done / step.phase.of : null}
                />
              )}
              {step.at === "report" && <ReportView report={step.report}><Disputes disputes={step.disputes} forFile={step.forFile} onChange={(forFile) => setStep({ ...step, forFile })} /></ReportView>}
              {step.at === "writing" && (
                <>
                  <Progress label={t`Writing and sealing ${format.number(step.records)} records`} value={step.progress} />
                  <p className="text-ink-2"><Trans>It is written as one piece: all of it comes in, or nothing.</Trans></p>
                </>
              )}
              {step.at === "done" && <Banner tone="good" title={t`${format.number(step.records)} records came in`}><Trans>The same file again brings nothing twice. All of it can be taken back as one.</Trans></Banner>}
              {step.at === "failed" && <Banner tone="danger" title={step.reason}>{step.why}</Banner>}
            </DialogBody>
            {step.at !== "writing" && (
              <DialogActions>
                {step.at === "report" ? (
                  <>
                    <Button onPress={close}>{t`Cancel`}</Button>
                    <Button tone="primary" isDisabled={bringsNothing(step.report)} onPress={() => void apply(step)}>{t`Bring it in`}</Button>
                  </>
                ) : step.at === "done" ? (
                  <>
                    {step.batch && <Button onPress={() => step.batch && void takeBack(step.batch)}>{t`Take it back`}</Button>}
                    <Button tone="primary" onPress={close}>{t({ message: "Done", context: "leave" })}</Button>
                  </>
                ) : (
                  <Button onPress={close}>{step.at === "reading" ? t`Cancel` : t`Close`}</Button>
                )}
              </DialogActions>
            )}
          </>
        )}
      </Dialog>
    </>
  );
}
