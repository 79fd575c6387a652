import { useLife, useStatus } from "@lifeos/core";
import { useEffect } from "react";
import { lockAllTabs } from "./lock";

/** Locks after a while without a hand on any tab of this browser. */
export function useIdleLock(): void {
  const client = useLife();
  const idleLockMinutes = useStatus((status) => status.idleLockMinutes);
  useEffect(() => {
    if (idleLockMinutes === 0) return;
    const limit_ms = idleLockMinutes * 60_000;
    const channel = new BroadcastChannel("lifeos.activity");
    let last = Date.now();
    let told = 0;
    const active = () => {
      last = Date.now();
      if (last - told > 5_000) {
        told = last;
        channel.postMessage(null);
      }
    };
    channel.onmessage = () => {
      last = Date.now();
    };
    const look = () => {
      if (Date.now() - last < limit_ms) return;
      lockAllTabs(client);
    };
    const events = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;
    for (const event of events) window.addEventListener(event, active, { passive: true });
    document.addEventListener("visibilitychange", look);
    const timer = setInterval(look, 5_000);
    return () => {
      for (const event of events) window.removeEventListener(event, active);
      document.removeEventListener("visibilitychange", look);
      clearInterval(timer);
      channel.close();
    };
  }, [client, idleLockMinutes]);
}
