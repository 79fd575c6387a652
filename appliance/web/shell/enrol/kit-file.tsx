import { Button } from "@lifeos/design";
import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useRef, useState } from "react";
import { FileTrigger } from "react-aria-components";
import { InWords } from "../problem-words";

/** A kit's file is one line. What is much longer is something else, and is not read. */
const most_bytes = 4096;

/** Takes the file of a recovery kit: dropped anywhere on the page, or chosen. The core reads what is in it. */
export function KitFile({ isDisabled, onRead }: { isDisabled: boolean; onRead: (read: () => Promise<string>) => void }) {
  const { t } = useLingui();
  const [isOver, setOver] = useState(false);
  const take = useRef<(file: File | undefined) => void>(() => {});
  take.current = (file) => {
    if (!file || isDisabled) return;
    onRead(async () => {
      const text = file.size > most_bytes ? "" : (await file.text()).trim();
      if (!text.toUpperCase().startsWith("LIFEOS-KIT-")) throw new InWords(t`This file is no recovery kit. It is the small text file that was saved when the kit was made.`);
      return text;
    });
  };
  useEffect(() => {
    let depth = 0;
    const carries = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const on = {
      dragenter: (event: DragEvent) => {
        if (!carries(event)) return;
        depth += 1;
        setOver(true);
      },
      dragleave: (event: DragEvent) => {
        if (!carries(event)) return;
        depth -= 1;
        if (depth <= 0) setOver(false);
      },
      dragover: (event: DragEvent) => {
        if (carries(event)) event.preventDefault();
      },
      drop: (event: DragEvent) => {
        if (!carries(event)) return;
        event.preventDefault();
        depth = 0;
        setOver(false);
        take.current(event.dataTransfer?.files[0]);
      },
    };
    // First of all, and alone: what else takes files that are dropped on the page must not see a kit.
    const alone = Object.entries(on).map(([name, listener]) => [name as "drop", (event: DragEvent) => {
      event.stopPropagation();
      listener(event);
    }] as const);
    for (const [name, listener] of alone) window.addEventListener(name, listener, true);
    return () => {
      for (const [name, listener] of alone) window.removeEventListener(name, listener, true);
    };
  }, []);
  return (
    <div className={`flex flex-wrap items-center gap-x-4 gap-y-2 rounded-md border border-dashed px-4 py-3 ${isOver ? "border-accent bg-accent-soft" : "border-line-strong"}`}>
      <p className="min-h-[2lh] min-w-0 flex-1 basis-56 content-center text-ink-2">{isOver ? <Trans>Drop it to read the kit</Trans> : <Trans>Saved it as a file? Drop it anywhere on this page, or choose it.</Trans>}</p>
      <FileTrigger acceptedFileTypes={["text/plain", ".txt"]} onSelect={(files) => take.current(files?.[0])}>
        <Button icon="file" isDisabled={isDisabled}>{t`Choose the kit's file`}</Button>
      </FileTrigger>
    </div>
  );
}
