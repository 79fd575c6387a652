import { type BoxAlarm, useStatus } from "@lifeos/core";
import { useSyncExternalStore } from "react";
import { preferences } from "../preferences";

/** What is wrong with the box and was not seen on this device yet. What ended and began anew is told anew. */
export function useBoxAlarms(): { alarms: BoxAlarm[]; seen: () => void } {
  const standing = useStatus((status) => status.boxAlarms);
  const seen = (useSyncExternalStore(preferences.subscribe, () => preferences.get("boxAlarmsSeen")) ?? "").split(" ");
  const key = (alarm: BoxAlarm) => `${alarm.kind}@${alarm.sinceMs}`;
  return {
    alarms: standing.filter((alarm) => !seen.includes(key(alarm))),
    // Only what stands is kept in mind: what ended is forgotten with it.
    seen: () => preferences.set("boxAlarmsSeen", standing.map(key).join(" ")),
  };
}
