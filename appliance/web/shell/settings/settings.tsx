import { type DateFormat, type Density, type NumberFormat, type ProfileField, type ProfileView, type Theme, type TimeFormat, useClock, useLife, useNavigation, useProfile, useProfileCommand, useQuery, useWords, type Weekday } from "@lifeos/core";
import { Banner, Button, Dialog, DialogActions, DialogBody, Segmented, Select, Skeleton, Switch, TextField, TimeField, useToast } from "@lifeos/design";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useState, useSyncExternalStore } from "react";
import { FileTrigger } from "react-aria-components";
import { handOver } from "../import/handed-over";
import { useSampleData } from "../import/sample-data";
import { preferences } from "../preferences";
import { useProblemWords } from "../problem-words";
import { Page, Section } from "../security/page";
import { useReply } from "../security/use-reply";

/** Below this, a few imports or years of writing would fill the disk. */
const little_bytes = 50_000_000;

/** What can be set for the person, on all their devices, and for this device alone. */
export function SettingsScreen() {
  const { t } = useLingui();
  const live = useQuery({ type: "profile", query: { type: "profile" } });
  const profile = useProfile();
  return (
    <Page title={t`Settings`}>
      {profile ? <ForPerson profile={profile} /> : live.state === "failed" ? <Banner tone="danger" title={t`This could not be read`}>{t`What is stored is untouched.`}</Banner> : <Skeleton label={t`Loading`} rows={5} />}
      <ThisDevice />
      <Data />
    </Page>
  );
}

function ForPerson({ profile }: { profile: ProfileView }) {
  const { t } = useLingui();
  const send = useProfileCommand();
  const toast = useToast();
  const words = useProblemWords();
  const set = (field: ProfileField) => void send(field).catch((error: unknown) => toast({ tone: "danger", text: words(error) }));
  const [name, setName] = useState(profile.displayName);
  useEffect(() => setName(profile.displayName), [profile.displayName]);
  const { hourCycle } = useClock();
  const zones = Intl.supportedValuesOf("timeZone");
  return (
    <>
      <Section title={t`You`}>
        <TextField label={t`Name`} value={name} onChange={setName} onBlur={() => name.trim() !== "" && name !== profile.displayName && set({ displayName: name.trim() })} className="sm:max-w-80" />
      </Section>
      <Section title={t`Time`}>
        <div className="grid grid-cols-[repeat(auto-fit,minmax(min(17rem,100%),1fr))] gap-4">
          <Select label={t`Time zone`} value={profile.zone ?? "device"} choices={[{ value: "device", label: t`As this device` }, ...zones.map((zone) => ({ value: zone, label: zone.replaceAll("_", " ") }))]} onChange={(zone) => set({ zone: zone === "device" ? null : zone })} />
          <TimeField label={t`The day begins at`} hourCycle={hourCycle} value={profile.startOfDay} onChange={(time) => time && set({ startOfDay: time })} />
          <Segmented<TimeFormat> label={t`Clock`} value={profile.timeFormat} onChange={(timeFormat) => set({ timeFormat })} choices={[{ value: "language", label: t`As the language` }, { value: "hours24", label: "17:00" }, { value: "hours12", label: "5 pm" }]} />
          <Segmented<Weekday> label={t`The week begins on`} value={profile.firstWeekday} onChange={(firstWeekday) => set({ firstWeekday })} choices={[{ value: "monday", label: t`Monday` }, { value: "saturday", label: t`Saturday` }, { value: "sunday", label: t`Sunday` }]} />
          <Select<DateFormat> label={t`Dates`} value={profile.dateFormat} onChange={(dateFormat) => set({ dateFormat })} choices={[{ value: "language", label: t`As the language` }, { value: "iso", label: "2026-11-21" }, { value: "dayMonthYearDots", label: "21.11.2026" }, { value: "dayMonthYear", label: "21/11/2026" }, { value: "monthDayYear", label: "11/21/2026" }]} />
          <Select<NumberFormat> label={t`Numbers`} value={profile.numberFormat} onChange={(numberFormat) => set({ numberFormat })} choices={[{ value: "language", label: t`As the language` }, { value: "commaPoint", label: "1,234.5" }, { value: "pointComma", label: "1.234,5" }, { value: "spaceComma", label: "1 234,5" }, { value: "apostrophePoint", label: "1’234.5" }]} />
        </div>
      </Section>
      <Section title={t`Looks`}>
        <div className="flex flex-wrap gap-x-8 gap-y-4">
          <Segmented<Theme> label={t`Theme`} value={profile.theme} onChange={(theme) => set({ theme })} choices={[{ value: "system", label: t`As the system` }, { value: "light", label: t`Light` }, { value: "dark", label: t`Dark` }]} />
          <Segmented<Density> label={t`Density`} value={profile.density} onChange={(density) => set({ density })} choices={[{ value: "comfortable", label: t`Comfortable` }, { value: "compact", label: t`Compact` }]} />
          <Segmented<"auto" | "en" | "de"> label={t`Language`} value={profile.language === "de" || profile.language === "en" ? profile.language : "auto"} onChange={(language) => set({ language: language === "auto" ? "" : language })} choices={[{ value: "auto", label: t`As the browser` }, { value: "en", label: "English" }, { value: "de", label: "Deutsch" }]} />
        </div>
      </Section>
      <Section title={t`Safety`}>
        <Select
          label={t`Lock when idle for`}
          className="max-w-60"
          value={String(profile.idleLockMinutes)}
          choices={lockChoices(profile.idleLockMinutes).map((minutes) => ({ value: String(minutes), label: minutes === 0 ? t`Never` : minutes < 60 ? plural(minutes, { one: "# minute", other: "# minutes" }) : plural(minutes / 60, { one: "# hour", other: "# hours" }) }))}
          onChange={(minutes) => set({ idleLockMinutes: Number(minutes) })}
        />
        {profile.idleLockMinutes === 0 && <p className="text-small text-ink-3"><Trans>Whoever sits down at an open device of yours reads everything. Lock it yourself when you leave it.</Trans></p>}
      </Section>
    </>
  );
}

/** The spans offered, and the one that is set, if it is another. */
export function lockChoices(now: number): number[] {
  const offered = [1, 5, 15, 60];
  return [...(now === 0 || offered.includes(now) ? offered : [...offered, now].toSorted((a, b) => a - b)), 0];
}

function ThisDevice() {
  const { t } = useLingui();
  const { go } = useNavigation();
  const words = useWords();
  const storage = useReply("storage", "storage");
  const singleLetters = useSyncExternalStore(preferences.subscribe, () => preferences.get("singleLetters")) !== "off";
  const [quota, setQuota] = useState<{ persisted: boolean; free: number } | null>(null);
  const [isRefused, setRefused] = useState(false);
  const askToKeep = async () => {
    setRefused(!(await navigator.storage.persist().catch(() => false)));
    await look();
  };
  const look = async () => {
    const persisted = await navigator.storage.persisted();
    const { quota: all = 0, usage = 0 } = await navigator.storage.estimate();
    setQuota({ persisted, free: all - usage });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked up once, and again when asked
  useEffect(() => {
    if ("storage" in navigator) void look();
  }, []);
  return (
    <Section title={t`This device`}>
      <Switch label={t`Single letters as keys`} hint={t`q, d, x and the like, while nothing is being typed.`} isSelected={singleLetters} onChange={(on) => preferences.set("singleLetters", on ? null : "off")} />
      <dl className="figures grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 pt-2">
        {storage.state === "ready" && (
          <>
            <dt className="text-ink-3">{t`Stored, sealed`}</dt><dd>{words.bytes(storage.reply.storage.bytes)}</dd>
            <dt className="text-ink-3">{t`Changes kept`}</dt><dd>{words.number(storage.reply.storage.changes)}</dd>
            <dt className="text-ink-3">{t`Records`}</dt><dd>{words.number(storage.reply.storage.records)}</dd>
          </>
        )}
        {quota && (
          <>
            <dt className="text-ink-3">{t`Room left`}</dt><dd>{words.bytes(quota.free)}</dd>
            <dt className="text-ink-3">{t`May the browser clear it?`}</dt>
            <dd>{quota.persisted ? t`No, it is kept` : t`Yes, when the disk gets full`}</dd>
          </>
        )}
      </dl>
      {storage.state === "failed" && <p className="text-ink-2">{t`What is stored here could not be counted.`}</p>}
      {quota && quota.free < little_bytes && (
        <Banner tone="attention" title={t`There is little room left on this device`}><Trans>When it is full, nothing new can be saved here. Free some space on the disk; the browser gives this page a part of what is free.</Trans></Banner>
      )}
      {quota && !quota.persisted && (
        <Banner tone="attention" title={t`The browser may clear what is stored here`} actions={!isRefused && <Button onPress={() => void askToKeep()}>{t`Ask it to keep it`}</Button>}>
          {isRefused ? <Trans>It refused for now. Browsers grant it to pages that are installed or often used: install LifeOS from the browser's menu, then ask again.</Trans> : <Trans>When the disk gets full. What the box has comes back when you add this device again; changes that still wait here would be lost.</Trans>}
        </Banner>
      )}
      <div className="flex flex-wrap gap-2 pt-2">
        <Button icon="key" onPress={() => go("/devices")}>{t`Devices and ways to unlock`}</Button>
        <Button onPress={() => go("/move")}>{t`Move to another name`}</Button>
        <Button icon="box" onPress={() => go("/box-log")}>{t`Box log`}</Button>
      </div>
    </Section>
  );
}

function Data() {
  const { t } = useLingui();
  const client = useLife();
  const toast = useToast();
  const words = useProblemWords();
  const fill = useSampleData();
  const { go } = useNavigation();
  const [forgets, setForgets] = useState(false);
  return (
    <Section title={t`Your data`}>
      <p className="text-ink-2"><Trans>To bring tasks from another product, drop its file anywhere on this window, or choose it here. You see what would happen before anything is written, and can take it back as a whole.</Trans></p>
      <div className="flex flex-wrap gap-2">
        {/* A browser would keep the file's path with its history of the tab. */}
        <FileTrigger ref={(input) => input?.setAttribute("autocomplete", "off")} onSelect={(files) => { const file = files?.[0]; if (file) handOver(file); }}>
          <Button icon="upload">{t`Import a file`}</Button>
        </FileTrigger>
        <Button icon="download" onPress={() => go("/export")}>{t({ message: "Export", context: "do" })}</Button>
        <Button icon="shield" onPress={() => go("/check")}>{t`Check everything`}</Button>
        <Button onPress={fill}>{t`Try with sample data`}</Button>
        <Button tone="danger" onPress={() => setForgets(true)}>{t`Erase the copy on this device`}</Button>
      </div>
      <Dialog title={t`Erase the copy on this device?`} role="alertdialog" width="narrow" isOpen={forgets} onClose={() => setForgets(false)}>
        <DialogBody><p><Trans>The sealed copy and this device's keys are erased. What the box has already received stays there. Changes that it has not received are lost.</Trans></p></DialogBody>
        <DialogActions>
          <Button onPress={() => setForgets(false)}>{t`Keep`}</Button>
          <Button tone="danger" onPress={() => void client.call({ type: "forget" }).catch((error: unknown) => toast({ tone: "danger", text: words(error) }))}>{t`Erase it`}</Button>
        </DialogActions>
      </Dialog>
    </Section>
  );
}
