import { type RefObject, useEffect, useRef, useState } from "react";

const fetchDrag = () => import("./drag-adapter");

/** Runs once the adapter is here, unless the element has gone meanwhile. */
function whenFetched(begin: (drag: Awaited<ReturnType<typeof fetchDrag>>) => () => void): () => void {
  let end: (() => void) | null = null;
  let isHere = true;
  void fetchDrag().then((drag) => {
    if (isHere) end = begin(drag);
  });
  return () => {
    isHere = false;
    end?.();
  };
}

export type DropEdge = "top" | "bottom";

/** What else may be dropped on a row: it goes into it, not beside it. */
export type DropInto = { kind: string; onDrop: (id: string) => void };

/**
 * Makes a row draggable among rows of one kind; `handle` is the part that is gripped, where not all
 * of it is. Returns the edge over which another one hovers, or whether something may go into it.
 */
export function useDragRow({ ref, handle, kind, id, isEnabled, onDrop, into }: {
  ref: RefObject<HTMLElement | null>; handle?: RefObject<HTMLElement | null>; kind: string; id: string; isEnabled: boolean; onDrop: (moved: string, edge: DropEdge) => void; into?: DropInto | undefined;
}): { edge: DropEdge | null; isOver: boolean; isDragged: boolean } {
  const [edge, setEdge] = useState<DropEdge | null>(null);
  const [isOver, setOver] = useState(false);
  const [isDragged, setDragged] = useState(false);
  const drop = useRef(onDrop);
  drop.current = onDrop;
  const dropInto = useRef(into);
  dropInto.current = into;

  useEffect(() => {
    const element = ref.current;
    if (!element || !isEnabled) return;
    return whenFetched(({ attachClosestEdge, combine, draggable, dropTargetForElements, extractClosestEdge }) => combine(
      draggable({ element, ...(handle?.current ? { dragHandle: handle.current } : {}), getInitialData: () => ({ kind, id }), onDragStart: () => setDragged(true), onDrop: () => setDragged(false) }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => (source.data["kind"] === kind ? source.data["id"] !== id : source.data["kind"] === dropInto.current?.kind),
        getData: ({ input }) => attachClosestEdge({ id }, { element, input, allowedEdges: ["top", "bottom"] }),
        onDrag: ({ self, source }) => {
          if (source.data["kind"] === kind) setEdge(extractClosestEdge(self.data) as DropEdge | null);
          else setOver(true);
        },
        onDragLeave: () => {
          setEdge(null);
          setOver(false);
        },
        onDrop: ({ self, source }) => {
          setEdge(null);
          setOver(false);
          const moved = String(source.data["id"]);
          const at = extractClosestEdge(self.data);
          if (source.data["kind"] !== kind) dropInto.current?.onDrop(moved);
          else if (at === "top" || at === "bottom") drop.current(moved, at);
        },
      }),
    ));
  }, [ref, handle, kind, id, isEnabled]);

  return { edge, isOver, isDragged };
}

/** Lets rows of one kind be dropped onto a place, as a project in the rail. */
export function useDropPlace({ ref, kind, onDrop }: { ref: RefObject<HTMLElement | null>; kind: string; onDrop: ((id: string) => void) | null }): boolean {
  const [isOver, setOver] = useState(false);
  const drop = useRef(onDrop);
  drop.current = onDrop;
  const isEnabled = onDrop !== null;
  useEffect(() => {
    const element = ref.current;
    if (!element || !isEnabled) return;
    return whenFetched(({ dropTargetForElements }) => dropTargetForElements({
      element,
      canDrop: ({ source }) => source.data["kind"] === kind,
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: ({ source }) => {
        setOver(false);
        drop.current?.(String(source.data["id"]));
      },
    }));
  }, [ref, kind, isEnabled]);
  return isOver;
}
