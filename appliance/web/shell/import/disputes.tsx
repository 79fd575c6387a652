import type { ImportChoice, ImportDispute } from "@lifeos/core";
import { Button, cx, PlainButton } from "@lifeos/design";
import { useFieldWords } from "@lifeos/tasks";
import { Plural, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Label, Radio, RadioGroup } from "react-aria-components";

/** Names a field of a record, to be found again. */
export function disputeKey({ conflict }: ImportDispute): string {
  return `${conflict.record} ${conflict.field}`;
}

/** The choices that go with an import: what was decided for the file. */
export function theirsOf(disputes: readonly ImportDispute[], forFile: ReadonlySet<string>): ImportChoice[] {
  return disputes.filter((dispute) => forFile.has(disputeKey(dispute))).map(({ conflict }) => conflict);
}

const page_rows = 50;

/** Fields that changed both here and in the file: mine or the file's, one by one or all at once. */
export function Disputes({ disputes, forFile, onChange }: { disputes: readonly ImportDispute[]; forFile: ReadonlySet<string>; onChange: (forFile: ReadonlySet<string>) => void }) {
  const { t } = useLingui();
  const [rows, setRows] = useState(page_rows);
  if (disputes.length === 0) return null;
  const records = [...new Set(disputes.slice(0, rows).map((dispute) => dispute.conflict.record))];
  const choose = (dispute: ImportDispute, isForFile: boolean) => {
    const next = new Set(forFile);
    if (isForFile) next.add(disputeKey(dispute));
    else next.delete(disputeKey(dispute));
    onChange(next);
  };
  return (
    <section aria-label={t`Changed both here and in the file`} className="flex flex-col gap-2">
      <h3 className="font-semibold">{t`Changed both here and in the file`} <span className="figures text-small font-normal text-ink-3">{disputes.length}</span></h3>
      <p className="text-ink-2"><Plural value={disputes.length - forFile.size} _0="Everywhere the file's value comes in." one="# field stays as you have it; the others come from the file." other="# fields stay as you have them; the others come from the file." /></p>
      <div className="flex flex-wrap gap-2">
        <Button onPress={() => onChange(new Set())} isDisabled={forFile.size === 0}>{t`Keep all of mine`}</Button>
        <Button onPress={() => onChange(new Set(disputes.map(disputeKey)))} isDisabled={forFile.size === disputes.length}>{t`Take all of the file's`}</Button>
      </div>
      <ul className="flex flex-col">
        {records.map((record) => {
          const of = disputes.slice(0, rows).filter((dispute) => dispute.conflict.record === record);
          return (
            <li key={record} className="border-t border-line py-2.5">
              <p className="pb-1 font-medium break-words">{of[0]?.title}</p>
              <div className="flex flex-col gap-2">{of.map((dispute) => <Dispute key={disputeKey(dispute)} dispute={dispute} isForFile={forFile.has(disputeKey(dispute))} onChange={(is) => choose(dispute, is)} />)}</div>
            </li>
          );
        })}
      </ul>
      {rows < disputes.length && <PlainButton onPress={() => setRows(rows + page_rows)} className="self-start rounded-sm px-2 py-1 -ml-2 text-accent hovered:bg-hover">{t`Show more`}</PlainButton>}
    </section>
  );
}

function Dispute({ dispute, isForFile, onChange }: { dispute: ImportDispute; isForFile: boolean; onChange: (isForFile: boolean) => void }) {
  const { t } = useLingui();
  const words = useFieldWords();
  const { values } = dispute;
  const [here, file] = "before" in values && values.type !== "spent" ? [words.valueOf(values.before), words.valueOf(values.after)] : [null, null];
  const field = words.nameOf(dispute.conflict.field);
  return (
    <RadioGroup value={isForFile ? "file" : "here"} onChange={(value) => onChange(value === "file")} className="flex flex-col gap-1">
      <Label className="text-small text-ink-3"><span className="sr-only">{dispute.title}, </span>{field}</Label>
      <div className="grid gap-1 sm:grid-cols-2">
        <Side value="here" name={t`Mine`} text={dispute.hereNames ?? here} />
        <Side value="file" name={t`The file's`} text={dispute.fileNames ?? file} />
      </div>
    </RadioGroup>
  );
}

function Side({ value, name, text }: { value: "here" | "file"; name: string; text: string | null }) {
  const { t } = useLingui();
  return (
    <Radio
      value={value}
      className="group flex min-w-0 items-start gap-2.5 rounded-sm border border-line px-2.5 py-2 selected:border-accent selected:bg-accent-soft hovered:bg-hover data-[focus-visible]:outline-2 data-[focus-visible]:outline-accent"
    >
      <span aria-hidden className="mt-1 grid size-3.5 shrink-0 place-items-center rounded-full border border-line-strong bg-raised group-selected:border-accent"><span className="size-1.5 rounded-full bg-accent opacity-0 group-selected:opacity-100" /></span>
      <span className="min-w-0 flex-1">
        <span className="block text-micro text-ink-3">{name}</span>
        <span className={cx("quiet-scroll figures block max-h-28 break-words whitespace-pre-wrap", text === null && "text-ink-3")}>{text ?? t`nothing`}</span>
      </span>
    </Radio>
  );
}
