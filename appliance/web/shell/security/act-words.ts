import type { ActivityEntry, DeviceView } from "@lifeos/core";
import type { IconName } from "@lifeos/design";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useAlarmWords } from "../alarm-words";
import { nameOf } from "./device-names";

/** What an act on keys, a conflict or an alarm is called, and what it means. */
export function useActWords(devices: readonly DeviceView[]) {
  const { t } = useLingui();
  const alarms = useAlarmWords();
  const name = (id: string) => nameOf(devices, id) ?? id.slice(0, 8);
  return ({ kind }: ActivityEntry): { icon: IconName; title: string; detail?: string; tone?: "danger" } => {
    switch (kind.type) {
      case "accountCreated":
        return { icon: "shield", title: t`The account began` };
      case "deviceAdded":
        return { icon: "laptop", title: t`${name(kind.device)} was added` };
      case "methodAdded":
        return { icon: "key", title: kind.kind === "kit" ? t`A recovery kit was made` : t`A passkey was added` };
      case "revoked":
        return { icon: "close", title: t`Revoked: ${kind.targets.map(name).join(", ")}`, detail: t`The account got a new key in the same statement.` };
      case "spaceCreated":
        return { icon: "box", title: t`A space began` };
      case "rekeyed":
        return { icon: "sync", title: t`A space got a new key`, detail: t`Key number ${kind.epoch}.` };
      case "erased":
        return { icon: "trash", title: plural(kind.count, { one: "# event was erased for good", other: "# events were erased for good" }) };
      case "conflict":
        return { icon: "history", title: "" };
      case "alarm":
        return { icon: "alert", tone: "danger", title: alarms[kind.alarm.kind].title, detail: alarms[kind.alarm.kind].means };
      case "forkResolved":
        return { icon: "shield", title: t`One of two histories was kept`, detail: t`Whoever stays got new keys in the same statement.` };
      case "other":
        return { icon: "activity", title: t`Another act on keys` };
    }
  };
}
