import { EditableText, Markdown, PlainButton, useUnsaved } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { Suspense, useState } from "react";
import { useTextLimits } from "./limits";

/** Notes in Markdown: read as drawn, edited as written. */
export function Notes({ label, record, value, onCommit }: { label: string; record: string; value: string; onCommit: (text: string) => Promise<boolean> }) {
  const { t } = useLingui();
  const limits = useTextLimits();
  const field = `${record} notes`;
  const isUnsaved = useUnsaved(field) !== undefined;
  const [isEditing, setEditing] = useState(false);
  // What could not be saved is not drawn: it stays where it was typed.
  if (isEditing || isUnsaved || value === "") {
    return (
      // What is typed into stays a field until the focus leaves it, also once a first part of it is saved.
      // biome-ignore lint/a11y/noStaticElementInteractions: only notices where the focus is
      <div onFocus={() => setEditing(true)} onBlur={() => setEditing(false)}>
        <EditableText keepAs={field} limit={limits.notes} label={label} value={value} multiline autoFocus={isEditing} placeholder={t`Notes. Markdown works.`} onCommit={onCommit} className="min-h-9 py-1.5" />
      </div>
    );
  }
  return (
    <div className="group relative py-1.5">
      <Suspense fallback={<p className="whitespace-pre-wrap">{value}</p>}>
        <Markdown text={value} />
      </Suspense>
      <PlainButton aria-label={t`Edit the notes`} onPress={() => setEditing(true)} className="mt-1 rounded-sm px-2 -ml-2 text-small text-ink-3 pointer-coarse:min-h-11 hovered:bg-hover hovered:text-ink">
        {t`Edit`}
      </PlainButton>
    </div>
  );
}
