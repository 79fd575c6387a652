import { useNavigation, useStatus } from "@lifeos/core";
import { Button, cx, Icon, type IconName, PlainButton, Popover } from "@lifeos/design";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";

/** How things stand with the box, in one line; the rest on demand. */
export function SyncLine() {
  const { t } = useLingui();
  const status = useStatus();
  const { go } = useNavigation();
  const waits = plural(status.waiting, { one: "# change waits", other: "# changes wait" });
  const attention = status.sync === "halted" || status.alarms.length > 0;
  const [icon, text, tone]: [IconName, string, string] = attention
    ? ["alert", t`Needs attention`, "text-madder"]
    : status.sync === "offline"
      ? ["offline", status.waiting > 0 ? t`Offline, ${waits}` : t`Offline`, "text-ochre"]
      : status.sync === "syncing" || status.waiting > 0
        ? ["sync", status.waiting > 0 ? waits : t`Catching up`, "text-ink-2"]
        : ["check", t`In step`, "text-ink-3"];
  return (
    <Popover
      label={t`How things stand with the box`}
      className="w-80"
      trigger={
        <PlainButton className="flex h-8 min-w-0 flex-1 items-center gap-2 rounded-sm px-2 text-left text-small hovered:bg-hover pointer-coarse:h-11">
          <Icon name={icon} size={15} className={cx("shrink-0", tone)} />
          <span role="status" className={cx("figures truncate", tone)}>{text}</span>
        </PlainButton>
      }
    >
      {(close) => (
        <div className="flex flex-col gap-2">
          <p className="font-semibold">{text}</p>
          <p className="text-ink-2">
            {status.sync === "offline" ? (
              <Trans>The box cannot be reached. Everything goes on working; what you write is safe on this device and goes to the box when it is back.</Trans>
            ) : status.sync === "live" ? (
              <Trans>This device and the box hold the same. A change elsewhere shows here within a second.</Trans>
            ) : status.sync === "halted" ? (
              <Trans>The box was reached, but something needs you. Activity says what.</Trans>
            ) : (
              <Trans>This device is exchanging changes with the box.</Trans>
            )}
          </p>
          {(status.quarantined > 0 || status.needsNewer > 0 || status.rekeying) && (
            <ul className="flex flex-col gap-1 border-t border-line pt-2 text-small">
              {status.quarantined > 0 && <li>{plural(status.quarantined, { one: "# change was set aside.", other: "# changes were set aside." })}</li>}
              {status.needsNewer > 0 && <li>{plural(status.needsNewer, { one: "# change needs a newer version of this app. It is kept.", other: "# changes need a newer version of this app. They are kept." })}</li>}
              {status.rekeying && <li>{t`A space is being re-keyed after a revocation.`}</li>}
            </ul>
          )}
          <div><Button tone="quiet" className="-ml-3" icon="activity" onPress={() => { close(); go("/activity"); }}>{t`Activity`}</Button></div>
        </div>
      )}
    </Popover>
  );
}
