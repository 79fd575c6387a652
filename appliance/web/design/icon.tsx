import {
  Activity, Archive, ArrowDown, ArrowLeft, ArrowUp, Box, Calendar, CalendarClock, Check, ChevronDown, ChevronLeft, ChevronRight,
  CircleAlert, CircleQuestionMark, CircleSlash, Clock, CloudOff, Copy, Download, Ellipsis, FileText, Flag, Folder, GripVertical, History,
  Hourglass, Inbox, KeyRound, Laptop, ListChecks, Lock, Menu, MoonStar, Moon, Plus, Printer, RefreshCw, Search, Settings,
  Share, ShieldCheck, Smartphone, Sun, Tag, Trash2, Undo2, Upload, Users, X, Zap,
} from "lucide-react";
import { memo } from "react";

const icons = {
  activity: Activity, archive: Archive, down: ArrowDown, back: ArrowLeft, up: ArrowUp, box: Box, upcoming: Calendar,
  calendar: Calendar, scheduled: CalendarClock, check: Check, chevronDown: ChevronDown, chevronLeft: ChevronLeft,
  chevronRight: ChevronRight, alert: CircleAlert, cancelled: CircleSlash, clock: Clock, offline: CloudOff, copy: Copy,
  download: Download, more: Ellipsis, file: FileText, deadline: Flag, project: Folder, grip: GripVertical, help: CircleQuestionMark, history: History,
  waiting: Hourglass, inbox: Inbox, people: Users, key: KeyRound, laptop: Laptop, checklist: ListChecks, lock: Lock, menu: Menu,
  someday: MoonStar, moon: Moon, plus: Plus, print: Printer, sync: RefreshCw, search: Search, settings: Settings,
  share: Share, shield: ShieldCheck, phone: Smartphone, today: Sun, label: Tag, trash: Trash2, undo: Undo2, upload: Upload, close: X, next: Zap,
} as const;

export type IconName = keyof typeof icons;

/** A drawn sign beside a word; never the only carrier of a meaning, so hidden from assistive technology. */
export const Icon = memo(function Icon({ name, size = 16, className }: { name: IconName; size?: number; className?: string }) {
  const Drawn = icons[name];
  return <Drawn aria-hidden size={size} strokeWidth={1.6} className={className ?? "shrink-0"} />;
});
