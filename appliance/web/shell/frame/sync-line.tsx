import { useNavigation, useStatus } from "@lifeos/core";
import { Button, cx, Icon, type IconName, Link, PlainButton, Popover } from "@lifeos/design";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useId } from "react";
import { helpOf } from "../alarm-words";

/** On a phone the rail is away: being offline is one line above the screen, and nothing more. */
export function OfflineLine() {
  const { t } = useLingui();
  const isOffline = useStatus((status) => status.sync === "offline");
  const waiting = useStatus((status) => (status.sync === "offline" ? status.waiting : 0));
  if (!isOffline) return null;
  const waits = plural(waiting, { one: "# change waits", other: "# changes wait" });
  return (
    <p role="status" className="figures flex items-center gap-2 border-b border-line bg-sunken px-4 py-1.5 text-small text-ochre md:hidden">
      <Icon name="offline" size={14} />
      {waiting > 0 ? t`Offline, ${waits}` : t`Offline`}
    </p>
  );
}

/** How things stand with the box, in one line; the rest on demand. */
export function SyncLine() {
  const { t } = useLingui();
  const status = useStatus((all) => all);
  const { go } = useNavigation();
  const textId = useId();
  const waits = plural(status.waiting, { one: "# change waits", other: "# changes wait" });
  const attention = status.sync === "halted" || status.alarms.length > 0;
  const forked = status.sync === "frozen" && status.forks > 0;
  const closed = status.sync === "frozen" && !forked;
  const stopped = status.sync === "frozen" || status.sync === "halted";
  const [icon, text, tone]: [IconName, string, string] = forked
    ? ["alert", t`Two histories`, "text-madder"]
    : closed
      ? ["alert", t`A space is closed`, "text-madder"]
      : attention
        ? ["alert", t`Needs attention`, "text-madder"]
        : status.sync === "offline"
          ? ["offline", status.waiting > 0 ? t`Offline, ${waits}` : t`Offline`, "text-ochre"]
          : status.sync === "syncing" || status.waiting > 0
            ? ["sync", status.waiting > 0 ? waits : t`Catching up`, "text-ink-2"]
            : status.quarantined > 0
              ? ["box", plural(status.quarantined, { one: "# set aside", other: "# set aside" }), "text-ochre"]
              : ["check", t`In step`, "text-ink-3"];
  return (
    <Popover
      label={t`How things stand with the box`}
      className="w-80"
      trigger={
        // What is told as it changes is no content of a button to every reader: it names the button.
        <PlainButton aria-labelledby={textId} className="flex min-h-8 min-w-0 flex-1 items-center gap-2 rounded-sm px-2 py-0.5 text-left text-small leading-tight hovered:bg-hover pointer-coarse:min-h-11">
          <Icon name={icon} size={15} className={cx("shrink-0", tone)} />
          <span role="status" id={textId} className={cx("figures text-pretty", tone)}>{text}</span>
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
            ) : closed ? (
              <Trans>A device that was revoked changed a space afterwards. Nothing more of that space is sent; what you write there waits on this device.</Trans>
            ) : forked ? (
              <Trans>Your box has shown two histories. Until you keep one of them nothing is sent; what you write waits on this device.</Trans>
            ) : status.sync === "halted" ? (
              <Trans>The box was reached, but something needs you. Activity says what.</Trans>
            ) : (
              <Trans>This device is exchanging changes with the box.</Trans>
            )}
          </p>
          {stopped && status.waiting > 0 && <p className="figures">{plural(status.waiting, { one: "# change waits on this device.", other: "# changes wait on this device." })}</p>}
          {(status.toErase > 0 || status.quarantined > 0 || status.needsNewer > 0 || status.rekeying) && (
            <ul className="flex flex-col gap-1 border-t border-line pt-2 text-small">
              {status.toErase > 0 && <li>{plural(status.toErase, { one: "# record waits to be erased at the box.", other: "# records wait to be erased at the box." })} <Link href="/trash" onPress={close}>{t`To the trash`}</Link></li>}
              {status.quarantined > 0 && <li>{plural(status.quarantined, { one: "# change was set aside.", other: "# changes were set aside." })}</li>}
              {status.needsNewer > 0 && <li>{plural(status.needsNewer, { one: "# change needs a newer version of this app. It is kept.", other: "# changes need a newer version of this app. They are kept." })}</li>}
              {status.quarantined + status.needsNewer > 0 && <li><Link href="/set-aside" onPress={close}>{t`See why, and what can be done`}</Link></li>}
              {status.rekeying && <li>{t`A space is being re-keyed after a revocation.`}</li>}
            </ul>
          )}
          {forked && <div><Link href="/forks" onPress={close}>{t`Look at both`}</Link></div>}
          <div className="flex flex-wrap">
            <Button tone="quiet" className="-ml-2 px-2!" icon="activity" onPress={() => { close(); go("/activity"); }}>{t`Activity`}</Button>
            <Button tone="quiet" className="px-2!" icon="help" onPress={() => { close(); go(`/help/help/${closed ? helpOf("beyondCut") : "sync"}`); }}>{t`What this means`}</Button>
          </div>
        </div>
      )}
    </Popover>
  );
}
