import { type ExportFormats, type Portion, useClock, useLife, useNavigation, useStatus, useTasks, useWords } from "@lifeos/core";
import { Banner, Button, Progress, Segmented, Select, Skeleton, Switch } from "@lifeos/design";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useRef, useState } from "react";
import type { Exported, ExportOptions, ExportPhase } from "../../core/reader/exporting";
import { Page, Section } from "../security/page";
import { useFailureWords } from "./failure-words";

type Making = (options: ExportOptions) => Promise<Exported>;
type What = Portion["type"];
type Step = { at: "choosing" } | { at: "making"; phase: ExportPhase | null } | { at: "done"; exported: Exported; address: string } | { at: "failed"; title: string; why: string | null };

const everything: ExportFormats = { events: true, csv: true, todoTxt: true, calendars: true, markdown: true };

/** Takes everything along, or a part, in open formats: packed here, read back, and only then handed over. */
export function ExportScreen({ make }: { make?: Making }) {
  const { t } = useLingui();
  const client = useLife();
  const { go } = useNavigation();
  const { today } = useClock();
  const format = useWords();
  const failure = useFailureWords();
  const isOffline = useStatus((status) => status.sync === "offline");
  const projects = useTasks<"projects">({ type: "projects", closed: true });
  const labels = useTasks<"labels">({ type: "labels" });
  const [what, setWhat] = useState<What>("all");
  const [project, setProject] = useState<string | null>(null);
  const [label, setLabel] = useState<string | null>(null);
  const [formats, setFormats] = useState(everything);
  const [step, setStep] = useState<Step>({ at: "choosing" });
  const turn = useRef(new AbortController());
  const heading = useRef<HTMLHeadingElement>(null);

  // What is in the clear is not kept longer than it is looked at.
  useEffect(() => (step.at === "done" ? () => URL.revokeObjectURL(step.address) : undefined), [step]);
  useEffect(() => () => turn.current.abort(), []);

  const portion = portionOf(what, project, label);
  const isNothing = !Object.values(formats).some(Boolean);
  const start = async () => {
    if (!portion) return;
    turn.current.abort();
    const mine = new AbortController();
    turn.current = mine;
    const { signal } = mine;
    const show = (next: Step) => !signal.aborted && setStep(next);
    show({ at: "making", phase: null });
    heading.current?.focus();
    const onProgress = (phase: ExportPhase) => show({ at: "making", phase });
    const options = { portion, formats, product: __BUILD__.version, now_ms: Date.now(), signal, onProgress };
    try {
      const exported = await (make ? make(options) : import("../../core/reader/client").then(({ exportLife }) => exportLife(client, options)));
      if (signal.aborted) return;
      const address = URL.createObjectURL(new Blob([exported.archive], { type: "application/zip" }));
      show({ at: "done", exported, address });
    } catch (error) {
      show({ at: "failed", ...failure(error) });
    }
  };
  const cancel = () => {
    turn.current.abort();
    setStep({ at: "choosing" });
  };

  if (projects.state === "loading" || labels.state === "loading") return <Page title={t`Export`}><Skeleton label={t`Loading`} rows={4} /></Page>;
  if (projects.state === "failed" || labels.state === "failed") return <Page title={t`Export`} isReadOnly><Banner tone="danger" title={t`This could not be read`}>{t`What is stored is untouched.`}</Banner></Page>;
  const choose = (key: keyof ExportFormats) => (on: boolean) => setFormats((now) => ({ ...now, [key]: on }));
  return (
    <Page title={t`Export`} heading={heading} aside={t`Everything of yours, or a part, in formats that other programs read.`} actions={<Button icon="settings" onPress={() => go("/settings")}>{t`Settings`}</Button>}>
      <Banner tone="attention" title={t`The file is in the clear`}><Trans>Whoever has it can read it, without a key. Keep it where only you come to, and delete it when you no longer need it.</Trans></Banner>
      {step.at === "choosing" && (
        <>
          <Section title={t`What`}>
            <Segmented<What> label={t`What to export`} hideLabel value={what} onChange={setWhat} choices={[{ value: "all", label: t`Everything` }, { value: "open", label: t`What is open` }, { value: "project", label: t`One project` }, { value: "label", label: t`One label` }]} />
            {what === "project" && (projects.view.projects.length === 0 ? <p className="text-ink-2">{t`There is no project.`}</p> : <Select label={t`Project`} className="sm:max-w-80" value={project} onChange={setProject} choices={projects.view.projects.map((it) => ({ value: it.id, label: it.title }))} placeholder={t`Choose a project`} />)}
            {what === "label" && (labels.view.labels.length === 0 ? <p className="text-ink-2">{t`There is no label.`}</p> : <Select label={t`Label`} className="sm:max-w-80" value={label} onChange={setLabel} choices={labels.view.labels.map((it) => ({ value: it.id, label: it.title }))} placeholder={t`Choose a label`} />)}
          </Section>
          <Section title={t`In which formats`}>
            <Switch label={t`Everything that happened`} hint={t`JSON lines, an event a line: the whole history, for programs.`} isSelected={formats.events} onChange={choose("events")} />
            <Switch label={t`Tables`} hint={t`CSV for spreadsheets, with every value.`} isSelected={formats.csv} onChange={choose("csv")} />
            <Switch label="todo.txt" hint={t`A task a line, for the programs that read it.`} isSelected={formats.todoTxt} onChange={choose("todoTxt")} />
            <Switch label={t`Calendars`} hint={t`iCalendar, a file for each project, for the task lists of other calendars.`} isSelected={formats.calendars} onChange={choose("calendars")} />
            <Switch label="Markdown" hint={t`To read and to print.`} isSelected={formats.markdown} onChange={choose("markdown")} />
          </Section>
          <div className="flex flex-wrap items-center gap-3">
            <Button tone="primary" icon="download" isDisabled={portion === null || isNothing} onPress={() => void start()}>{t({ message: "Export", context: "do" })}</Button>
            {isOffline && <p className="text-small text-ink-3">{t`This works without the box: all of it is on this device.`}</p>}
          </div>
        </>
      )}
      {step.at === "making" && (
        <Section title={t`Exporting`}>
          {step.phase?.phase === "packing" ? <Progress label={t`Packing, and reading it back`} value={null} /> : <Progress label={step.phase ? t`Collecting: ${format.number(step.phase.done)} of ${format.number(step.phase.of)} changes` : t`Collecting`} value={step.phase && step.phase.of > 0 ? step.phase.done / step.phase.of : null} />}
          <div><Button onPress={cancel}>{t`Cancel`}</Button></div>
        </Section>
      )}
      {step.at === "done" && (
        <Section title={t`Ready`}>
          <Banner tone="good" title={t`Read back, and right`}>
            <p>{plural(step.exported.verified.tasks, { one: "# task", other: "# tasks" })}, {plural(step.exported.verified.events, { one: "# event", other: "# events" })}, {plural(step.exported.verified.files, { one: "# file", other: "# files" })}, {format.bytes(step.exported.archive.byteLength)}. {t`Every checksum is right.`}</p>
            {step.exported.verified.notShown > 0 && <p>{plural(step.exported.verified.notShown, { one: "# event is named without what it said: it was erased, or cannot be opened here.", other: "# events are named without what they said: they were erased, or cannot be opened here." })}</p>}
          </Banner>
          <div className="flex flex-wrap gap-2">
            <a href={step.address} download={`lifeos-export-${today}.zip`} className="inline-flex min-h-9 items-center rounded-sm bg-accent px-4 font-semibold text-accent-ink hover:bg-accent-strong focus-visible:outline-2 focus-visible:outline-offset-2 focus-visible:outline-accent pointer-coarse:min-h-11">{t`Save the file`}</a>
            <Button onPress={() => setStep({ at: "choosing" })}>{t`Export something else`}</Button>
          </div>
        </Section>
      )}
      {step.at === "failed" && <Banner tone="danger" title={step.title} actions={<Button onPress={() => setStep({ at: "choosing" })}>{t`Back`}</Button>}>{step.why}</Banner>}
    </Page>
  );
}

function portionOf(what: What, project: string | null, label: string | null): Portion | null {
  switch (what) {
    case "project":
      return project === null ? null : { type: "project", project };
    case "label":
      return label === null ? null : { type: "label", label };
    default:
      return { type: what };
  }
}
