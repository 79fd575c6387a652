import { lazyWhenIdle, PlainButton } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import { type ReactNode, Suspense, useState } from "react";

const HelpWindow = lazyWhenIdle(async () => ({ default: (await import("./help-window")).HelpWindow }));

/** The way to the manuals from a page that has no places; with words of its own to a section `at`. */
export function HelpLink({ at, children }: { at?: string; children?: ReactNode }) {
  const { t } = useLingui();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <PlainButton onPress={() => setOpen(true)} className="-mx-2 min-h-8 rounded-sm px-2 text-small text-ink-2 underline decoration-line-strong underline-offset-3 hovered:text-ink pointer-coarse:min-h-11">{children ?? t`Help`}</PlainButton>
      {isOpen && <Suspense><HelpWindow {...(at === undefined ? {} : { at })} onClose={() => setOpen(false)} /></Suspense>}
    </>
  );
}
