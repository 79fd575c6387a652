/** The inks a label may have; kept as names in the data, so that a theme can move them. */
export const labelInks = ["clay", "ochre", "moss", "fir", "sea", "sky", "iris", "plum", "slate"] as const;
export type LabelInk = (typeof labelInks)[number];

const dots: Record<LabelInk, string> = {
  clay: "bg-label-clay", ochre: "bg-label-ochre", moss: "bg-label-moss", fir: "bg-label-fir", sea: "bg-label-sea",
  sky: "bg-label-sky", iris: "bg-label-iris", plum: "bg-label-plum", slate: "bg-label-slate",
};

/** A label's ink as a dot. Always beside the label's name. */
export function LabelDot({ ink }: { ink: string }) {
  const known = (labelInks as readonly string[]).includes(ink) ? (ink as LabelInk) : "slate";
  return <span aria-hidden className={`inline-block size-2 shrink-0 rounded-full ${dots[known]}`} />;
}
