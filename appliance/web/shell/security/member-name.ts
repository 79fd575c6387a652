import type { ForkMember } from "@lifeos/core";
import { useLingui } from "@lingui/react/macro";

/** What somebody in a history is called: a name that was synced, or what it is and how its id begins. */
export function useMemberName(): (member: ForkMember) => string {
  const { t } = useLingui();
  return ({ id, kind, name, this: isThis }) => {
    const short = id.slice(0, 8);
    if (isThis) return name ? t`${name} (this device)` : t`this device`;
    if (name) return name;
    if (kind === "kit") return t`Recovery kit ${short}`;
    if (kind === "passkey") return t`Passkey ${short}`;
    return kind === "account" ? t`Member ${short}` : t`Device ${short}`;
  };
}
