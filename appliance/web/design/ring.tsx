import { type LabelInk, labelInks } from "./label-dot";

const inks: Record<LabelInk, string> = {
  clay: "text-label-clay", ochre: "text-label-ochre", moss: "text-label-moss", fir: "text-label-fir", sea: "text-label-sea",
  sky: "text-label-sky", iris: "text-label-iris", plum: "text-label-plum", slate: "text-label-slate",
};

/** How much of it is filled: a beginning and an end that is not yet reached are both to be seen. */
export function shareOf(done: number, total: number): number {
  if (total <= 0 || done <= 0) return 0;
  return done >= total ? 1 : Math.min(0.92, Math.max(0.08, done / total));
}

/** A project's ink as a ring that fills with what is done. Always beside its name; the figures stand elsewhere. */
export function Ring({ ink, done, total, size = 14 }: { ink: string; done: number; total: number; size?: number }) {
  const known = (labelInks as readonly string[]).includes(ink) ? (ink as LabelInk) : "slate";
  const share = shareOf(done, total);
  return (
    <svg aria-hidden width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" className={`shrink-0 ${inks[known]}`}>
      <circle cx="8" cy="8" r="7" strokeWidth="1.75" />
      {share === 1 ? (
        <circle cx="8" cy="8" r="4.5" fill="currentColor" stroke="none" />
      ) : (
        share > 0 && <circle cx="8" cy="8" r="2.25" strokeWidth="4.5" pathLength="1" strokeDasharray={`${share} 1`} transform="rotate(-90 8 8)" />
      )}
    </svg>
  );
}
