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

/** Makes a row draggable among rows of one kind. Returns the edge over which another one hovers. */
export function useDragRow({ ref, kind, id, isEnabled, onDrop }: {
  ref: RefObject<HTMLElement | null>; kind: string; id: string; isEnabled: boolean; onDrop: (moved: string, edge: DropEdge) => void;
}): { edge: DropEdge | null; isDragged: boolean } {
  const [edge, setEdge] = useState<DropEdge | null>(null);
  const [isDragged, setDragged] = useState(false);
  const drop = useRef(onDrop);
  drop.current = onDrop;

  useEffect(() => {
    const element = ref.current;
    if (!element || !isEnabled) return;
    return whenFetched(({ attachClosestEdge, combine, draggable, dropTargetForElements, extractClosestEdge }) => combine(
      draggable({ element, getInitialData: () => ({ kind, id }), onDragStart: () => setDragged(true), onDrop: () => setDragged(false) }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => source.data["kind"] === kind && source.data["id"] !== id,
        getData: ({ input }) => attachClosestEdge({ id }, { element, input, allowedEdges: ["top", "bottom"] }),
        onDrag: ({ self }) => setEdge(extractClosestEdge(self.data) as DropEdge | null),
        onDragLeave: () => setEdge(null),
        onDrop: ({ self, source }) => {
          setEdge(null);
          const at = extractClosestEdge(self.data);
          if (at === "top" || at === "bottom") drop.current(String(source.data["id"]), at);
        },
      }),
    ));
  }, [ref, kind, id, isEnabled]);

  return { edge, isDragged };
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
