import type { ReactNode } from "react";
import { ProgressBar } from "react-aria-components";
import { cx } from "./cx";
import { Icon, type IconName } from "./icon";

/** What belongs here, and how to put it there. */
export function Empty({ title, children, actions, isInset = false }: { title: string; children?: ReactNode; actions?: ReactNode; /** Where it stands keeps clear of the margin already. */ isInset?: boolean }) {
  return (
    <div className={cx("flex max-w-xl flex-col gap-3 py-8 text-ink-2", !isInset && "px-4 sm:pl-[calc(var(--margin)+0.75rem)]")}>
      <p className="text-lead font-semibold text-ink">{title}</p>
      {children && <div className="flex flex-col gap-2">{children}</div>}
      {actions && <div className="flex flex-wrap gap-2 pt-2">{actions}</div>}
    </div>
  );
}

/** Where rows will be. Seen only when the answer takes longer than a blink. */
export function Skeleton({ label, rows = 6 }: { label: string; rows?: number }) {
  return (
    <div role="status" aria-label={label} className="animate-late px-4 py-2">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a skeleton are all alike
        <div key={row} className="flex h-(--row) items-center gap-3 sm:pl-(--margin)">
          <span className="size-4.5 rounded-xs border border-line" />
          <span className={cx("h-2.5 rounded-full bg-line", ["w-1/2", "w-2/3", "w-2/5"][row % 3])} />
        </div>
      ))}
    </div>
  );
}

export type BannerTone = "note" | "attention" | "danger" | "good";

const bannerTones = {
  note: "bg-sunken text-ink-2 border-line",
  attention: "bg-ochre-soft text-ink border-ochre/40",
  danger: "bg-madder-soft text-ink border-madder/40",
  good: "bg-moss-soft text-ink border-moss/40",
} satisfies Record<BannerTone, string>;
const bannerIcons = { note: "box", attention: "alert", danger: "alert", good: "check" } satisfies Record<BannerTone, IconName>;

/** What happened, what it means, what can be done: in that order. */
export function Banner({ tone = "note", title, children, actions, icon }: { tone?: BannerTone; title: string; children?: ReactNode; actions?: ReactNode; icon?: IconName }) {
  return (
    <div role={tone === "danger" ? "alert" : "status"} className={cx("flex gap-3 rounded-md border px-4 py-3", bannerTones[tone])}>
      <Icon name={icon ?? bannerIcons[tone]} size={18} className="mt-0.5 shrink-0" />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="font-semibold">{title}</p>
        {children && <div className="text-ink-2">{children}</div>}
        {actions && <div className="flex flex-wrap gap-2 pt-2">{actions}</div>}
      </div>
    </div>
  );
}

export function Progress({ label, value }: { label: string; value: number | null }) {
  return (
    <ProgressBar aria-label={label} {...(value === null ? { isIndeterminate: true } : { value: value * 100 })} className="flex flex-col gap-1">
      {({ percentage }) => (
        <>
          <div className="flex justify-between text-small text-ink-2">
            <span>{label}</span>
            {value !== null && <span className="figures">{Math.round(value * 100)} %</span>}
          </div>
          <div className="h-1 overflow-hidden rounded-full bg-line">
            <div className={cx("h-full rounded-full bg-accent", value === null && "w-1/3 animate-pulse")} style={value === null ? {} : { width: `${percentage ?? 0}%` }} />
          </div>
        </>
      )}
    </ProgressBar>
  );
}

export function Pill({ children, tone = "note" }: { children: ReactNode; tone?: BannerTone }) {
  const tones = { note: "bg-sunken text-ink-2", attention: "bg-ochre-soft text-ochre", danger: "bg-madder-soft text-madder", good: "bg-moss-soft text-moss" };
  return <span className={cx("inline-flex items-center gap-1 rounded-full px-2 py-0.5 text-micro font-medium", tones[tone])}>{children}</span>;
}
