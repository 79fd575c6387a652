import type { Problem } from "@lifeos/core";
import { Banner, Button, Empty, Skeleton, useShortcuts } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";

/** The head of a screen: its name on the line of the titles, what it is about in the margin's voice. */
export function ScreenHead({ title, aside, actions, children }: { title: ReactNode; aside?: ReactNode; actions?: ReactNode; children?: ReactNode }) {
  return (
    <header className="px-4 pt-7 pb-4 sm:pr-3 sm:pl-[calc(var(--margin)+0.75rem)] md:pt-10">
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0 flex-1">
          <h1 className="text-display font-semibold tracking-tight break-words">{title}</h1>
          {aside && <p className="figures text-ink-2">{aside}</p>}
        </div>
        {actions && <div className="flex items-center gap-1 pt-1">{actions}</div>}
      </div>
      {children}
    </header>
  );
}

export function SectionHead({ children, count, aside, tone }: { children: ReactNode; count?: ReactNode; aside?: ReactNode; tone?: "late" }) {
  return (
    <div className="flex items-baseline gap-2 border-b border-line pb-1">
      <h2 className={tone === "late" ? "font-semibold text-madder" : "font-semibold"}>{children}</h2>
      {count !== undefined && <span className="figures text-small text-ink-3">{count}</span>}
      {aside && <span className="ml-auto text-small text-ink-3">{aside}</span>}
    </div>
  );
}

/** What could not be read, and what can be done: nothing of it is lost. */
export function NotRead({ title }: { title: string }) {
  const { t } = useLingui();
  return (
    <Banner tone="danger" title={title} actions={<Button onPress={() => location.reload()}>{t`Load the page again`}</Button>}>
      {t`What is stored is untouched. Loading the page again usually helps; if it does not, Activity says what is wrong.`}
    </Banner>
  );
}

/** The face of a list that is not there: still reading, or failed. */
export function ListFace({ state, head }: { state: { state: "loading" } | { state: "failed"; problem: Problem }; head: ReactNode }) {
  const { t } = useLingui();
  return (
    <div className="quiet-scroll h-full">
      <div className="column">
      {head}
      {state.state === "loading" ? (
        <Skeleton label={t`Loading`} />
      ) : (
        <div className="px-4 sm:pl-[calc(var(--margin)+0.75rem)]"><NotRead title={t`This list could not be read`} /></div>
      )}
      </div>
    </div>
  );
}

/** Lists the keys by which rows are put in order; the rows themselves hear them. */
export function useOrderKeys(): void {
  const { t } = useLingui();
  const group = t`In a list`;
  useShortcuts([
    { keys: "Alt+ArrowUp", label: t`Move up`, group, isOff: true, run: () => {} },
    { keys: "Alt+ArrowDown", label: t`Move down`, group, isOff: true, run: () => {} },
  ]);
}

export { Empty };
