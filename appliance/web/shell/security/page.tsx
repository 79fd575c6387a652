import type { ReactNode, Ref } from "react";

/**
 * A page of the box: the same line of titles as the lists. Where it may have nothing to press it
 * takes the focus itself, so that the keys scroll it. By `heading` it is given to its title, where
 * what had it is gone.
 */
export function Page({ title, aside, actions, isReadOnly = false, heading, children }: { title: string; aside?: ReactNode; actions?: ReactNode; isReadOnly?: boolean; heading?: Ref<HTMLHeadingElement>; children: ReactNode }) {
  return (
    <div {...(isReadOnly ? { tabIndex: 0 } : {})} className="quiet-scroll h-full">
      <div className="column">
        <header className="flex flex-wrap items-start justify-between gap-3 px-4 sm:flex-nowrap pt-7 pb-4 sm:pl-[calc(var(--margin)+0.75rem)] md:pt-10">
          <div className="min-w-0">
            <h1 {...(heading ? { ref: heading, tabIndex: -1 } : {})} className="text-display font-semibold tracking-tight">{title}</h1>
            {aside && <p className="text-ink-2">{aside}</p>}
          </div>
          {actions && <div className="shrink-0 sm:pt-1">{actions}</div>}
        </header>
        <div className="flex flex-col gap-8 px-4 pb-20 sm:pl-[calc(var(--margin)+0.75rem)]">{children}</div>
      </div>
    </div>
  );
}

export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <div className="flex flex-wrap items-baseline justify-between gap-2 border-b border-line pb-1">
        <h2 className="font-semibold">{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
