import { useLingui } from "@lingui/react/macro";
import { useMemo } from "react";

export type SetAsideWords = { why: string; next: string };

/** Why a change was set aside, and what becomes of it or can be done. By the core's own codes. */
export function useSetAsideWords(): (reason: string) => SetAsideWords {
  const { t } = useLingui();
  return useMemo(() => {
    const words: Record<string, SetAsideWords> = {
      noKey: { why: t`The key that it was sealed with is not on this device`, next: t`It opens by itself once the key has come. Open LifeOS on a device that can read it, with the box in reach.` },
      unopenable: { why: t`It does not open`, next: t`It was damaged on its way, or somebody made it up. If its device still shows what you miss, write it there once more.` },
      unreadable: { why: t`It opened, but what is inside cannot be read`, next: t`A newer version may read it: it is tried again after each update.` },
      foreignStamp: { why: t`It claims to be written by another device than the one that signed it`, next: t`Nothing of it is taken in. If that device is not in your hands any more, revoke it.` },
      inSegment: { why: t`The box has put it away with older changes`, next: t`It comes with the next catching up.` },
      erased: { why: t`Its content was erased at the box before this device had read it`, next: t`There is nothing to do: it was erased for good.` },
    };
    const other: SetAsideWords = { why: t`It could not be taken in`, next: t`It is kept, and tried again after each update.` };
    return (reason) => words[reason] ?? other;
  }, [t]);
}

/** Groups what was set aside by device and reason, in the order in which they were told. */
export function bySource<Item extends { device: string; counter: number; reason: string }>(items: readonly Item[]): { device: string; reason: string; counters: number[] }[] {
  const groups: { device: string; reason: string; counters: number[] }[] = [];
  for (const item of items) {
    const group = groups.find((known) => known.device === item.device && known.reason === item.reason);
    if (group) group.counters.push(item.counter);
    else groups.push({ device: item.device, reason: item.reason, counters: [item.counter] });
  }
  return groups;
}

/** Runs of numbers, written as people do: `3–5, 9`. */
export function ranges(counters: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const counter of counters.toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && counter <= last[1] + 1) last[1] = counter;
    else runs.push([counter, counter]);
  }
  return runs.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`)).join(", ");
}
