/** Who asked what: tabs choose their numbers themselves, so the core is given others. */

type Seat = { tab: string; number: number };

export class Seats {
  private readonly byNumber = new Map<number, Seat>();
  private readonly byTab = new Map<string, Map<number, number>>();
  private next = 1;

  /** Returns the number under which the core knows a tab's number; the same again if it has one. */
  take(tab: string, number: number): number {
    const own = this.byTab.get(tab) ?? new Map<number, number>();
    this.byTab.set(tab, own);
    const known = own.get(number);
    if (known !== undefined) return known;
    const given = this.next++;
    own.set(number, given);
    this.byNumber.set(given, { tab, number });
    return given;
  }

  /** Returns whose number it is. */
  whose(given: number): Seat | undefined {
    return this.byNumber.get(given);
  }

  /** Frees one. */
  free(given: number): Seat | undefined {
    const seat = this.byNumber.get(given);
    if (!seat) return undefined;
    this.byNumber.delete(given);
    this.byTab.get(seat.tab)?.delete(seat.number);
    return seat;
  }

  /** Frees all of a tab and returns the numbers under which the core knew them. */
  leave(tab: string): number[] {
    const given = [...(this.byTab.get(tab)?.values() ?? [])];
    this.byTab.delete(tab);
    for (const number of given) this.byNumber.delete(number);
    return given;
  }
}
