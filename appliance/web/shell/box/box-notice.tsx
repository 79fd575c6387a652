import { type BoxAlarm, type BoxAlarmKind, useNavigation, useWords } from "@lifeos/core";
import { Banner, Button } from "@lifeos/design";
import { useLingui } from "@lingui/react/macro";

/** What is wrong with the machine; the manual has a section for it. */
const ofMachine: ReadonlySet<BoxAlarmKind> = new Set(["heat", "diskHealth", "power"]);

/** Tells who runs the box that it is not well: what is wrong, what that means, and what to do. */
export function BoxNotice({ alarm, onSeen }: { alarm: BoxAlarm; onSeen: () => void }) {
  const { t } = useLingui();
  const { go } = useNavigation();
  const words = useWords();
  const said: Record<BoxAlarmKind, { title: string; means: string }> = {
    slow: { title: t`The box answers slowly`, means: t`More than one request in a hundred takes longer than half a second. What was slow is noted on the box; nothing is lost.` },
    failing: { title: t`The box fails at some requests`, means: t`More than one in a hundred ends with an error. What you write waits on your devices until it is taken.` },
    queue: { title: t`The box has more to write than it can`, means: t`Changes wait until its disk has taken them. They are safe on the devices meanwhile.` },
    disk: { title: t`The box's disk is nearly full`, means: t`Once it is full the box takes nothing more, and changes wait on the devices. Free some space on it.` },
    busy: { title: t`Another program holds the box's database`, means: t`A backup or a viewer may have it open. End it, or the box cannot write.` },
    clock: { title: t`The box's clock is wrong`, means: t`It jumped, or nobody sets it. Codes and sign-ins may end too early; set it by the network.` },
    heat: { title: t`The box is too hot`, means: t`It slows itself down, and ends itself before it breaks. Give it air, and free it of dust.` },
    diskHealth: { title: t`The box's disk may fail`, means: t`It is worn out, has errors or takes nothing more. Copy the data folder now, and replace the disk.` },
    power: { title: t`The box had too little power`, means: t`Within the last day its voltage fell. That breaks cards and disks; use the power supply that belongs to it.` },
  };
  const { title, means } = said[alarm.kind];
  return (
    <div className="column px-3 pt-3 sm:pl-[calc(var(--margin)+0.75rem)]">
      <Banner
        tone="attention"
        title={title}
        actions={
          <>
            <Button onPress={() => go(`/help/owner/${ofMachine.has(alarm.kind) ? "machine" : "looking"}`)}>{t`What to do`}</Button>
            <Button onPress={() => go("/box-log")}>{t`Box log`}</Button>
            <Button tone="quiet" onPress={onSeen}>{t`I have seen it`}</Button>
          </>
        }
      >
        {means} {t`Since ${words.moment(alarm.sinceMs)}.`}
      </Banner>
    </div>
  );
}
