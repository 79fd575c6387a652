import type { Placement } from "@lifeos/core";
import type { Action } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";

/** For the menu of a record that is put in order by hand: up and down, where a finger cannot drag. */
export function useShiftActions(): (list: readonly { id: string }[], id: string, move: (place: Placement) => void) => Action[] {
  const { t } = useLingui();
  return (list, id, move) => {
    const at = list.findIndex((record) => record.id === id);
    const [above, below] = [list[at - 1], list[at + 1]];
    if (at < 0 || list.length < 2) return [];
    return [
      { id: "up", label: t`Move up`, icon: "up", isDisabled: !above, onAction: () => above && move({ type: "before", record: above.id }) },
      { id: "down", label: t`Move down`, icon: "down", isDisabled: !below, onAction: () => below && move({ type: "after", record: below.id }) },
    ];
  };
}
