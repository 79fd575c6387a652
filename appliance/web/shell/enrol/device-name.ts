import { useLingui } from "@lingui/react/macro";

/** A first name for this device, from what the browser says it is. */
export function useDeviceName(): string {
  const { t } = useLingui();
  const agent = navigator.userAgent;
  const browser = /Firefox\//.test(agent) ? "Firefox" : /Edg\//.test(agent) ? "Edge" : /Chrom(e|ium)\//.test(agent) ? "Chrome" : /Safari\//.test(agent) ? "Safari" : t`Browser`;
  const system = /Android/.test(agent) ? "Android" : /iPhone|iPad/.test(agent) ? "iOS" : /Mac OS/.test(agent) ? "macOS" : /Windows/.test(agent) ? "Windows" : /Linux/.test(agent) ? "Linux" : t`this device`;
  return t`${browser} on ${system}`;
}
