import { EditableText, Markdown, PlainButton } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { Suspense, useState } from "react";

/** Notes in Markdown: read as drawn, edited as written. */
export function Notes({ label, value, onCommit }: { label: string; value: string; onCommit: (text: string) => void }) {
  const { t } = useLingui();
  const [isEditing, setEditing] = useState(false);
  if (isEditing || value === "") {
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: only notices that the focus went elsewhere
      <div onBlur={() => setEditing(false)}>
        <EditableText key={String(isEditing)} label={label} value={value} multiline autoFocus={isEditing} placeholder={t`Notes. Markdown works.`} onCommit={onCommit} className="min-h-9 py-1.5" />
      </div>
    );
  }
  return (
    <div className="group relative py-1.5">
      <Suspense fallback={<p className="whitespace-pre-wrap">{value}</p>}>
        <Markdown text={value} />
      </Suspense>
      <PlainButton aria-label={t`Edit the notes`} onPress={() => setEditing(true)} className="mt-1 rounded-sm px-2 -ml-2 text-small text-ink-3 hovered:bg-hover hovered:text-ink">
        {t`Edit`}
      </PlainButton>
    </div>
  );
}
