import { Banner } from "@lifeos/design";
import type { ReactNode } from "react";
import { HelpLink } from "../help/help-link";

/** The page before the vault is open: one column, one thing at a time. */
export function Gate({ title, lead, step, children, error, wide = false }: { title: string; lead?: ReactNode; step?: { at: number; of: number; label: string }; children?: ReactNode; error?: string | null; wide?: boolean }) {
  return (
    <main className="quiet-scroll h-seen bg-paper pt-(--safe-top) pr-(--safe-right) pb-(--safe-bottom) pl-(--safe-left)">
      <div className={`mx-auto grid min-h-full w-full content-center gap-x-8 px-5 py-10 sm:px-8 ${wide ? "max-w-4xl" : "max-w-2xl"} md:grid-cols-[5rem_1fr]`}>
        <div className="flex items-center gap-4 pb-6 md:block md:pt-1 md:text-right">
          <img src="/icon.svg" alt="" width={40} height={40} className="inline-block rounded-md" />
          {step && (
            <p className="figures text-small text-ink-3 md:pt-3">
              <span className="sr-only">{step.label} </span>
              {step.at} / {step.of}
            </p>
          )}
          <div className="max-md:ml-auto md:pt-2"><HelpLink /></div>
        </div>
        <div className="flex min-w-0 flex-col gap-6 animate-rise" key={title}>
          <header className="flex flex-col gap-2">
            <h1 className="text-display font-semibold tracking-tight text-balance">{title}</h1>
            {lead && <div className="max-w-prose text-lead text-ink-2 text-pretty">{lead}</div>}
          </header>
          {error && <Banner tone="danger" title={error} />}
          {children}
        </div>
      </div>
    </main>
  );
}
