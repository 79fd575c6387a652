import type { DeviceView } from "@lifeos/core";
import { useReply } from "./use-reply";

/** The devices of the account, as far as they have been read. */
export function useKnownDevices(): readonly DeviceView[] {
  const devices = useReply("devices", "devices");
  return devices.state === "ready" ? devices.reply.devices : [];
}

export function nameOf(devices: readonly DeviceView[], id: string): string | null {
  return devices.find((device) => device.id === id)?.name ?? null;
}
