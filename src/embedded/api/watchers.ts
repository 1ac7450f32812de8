/** Tells watchers of changes: one event for each, in their order, before the outermost write returns. */
import type { KubernetesObject } from "../../domain/kubernetes/object.ts";
import type { ObjectQuery, WatchEvent } from "../../ports.ts";
import type { Resource } from "./resource.ts";

/** A change of one object, in its storage version. */
export interface StoredChange {
  readonly resource: Resource;
  readonly before: KubernetesObject | undefined;
  readonly after: KubernetesObject | undefined;
  /** The object as it is or, if deleted, as it was last, with the resourceVersion of its deletion. */
  readonly last: KubernetesObject;
  readonly revision: number;
}

export interface Watchers {
  /** @param since revision that the watcher has already seen */
  add(
    group: string,
    query: ObjectQuery,
    since: number,
    read: (resource: Resource, object: KubernetesObject) => KubernetesObject | undefined,
    onEvent: (event: WatchEvent) => void,
  ): () => void;
  tell(change: StoredChange): void;
  /** Changes made within are reported once all of them are made. */
  together(make: () => void): void;
}

export function meets(object: KubernetesObject, { namespace, labels }: ObjectQuery): boolean {
  const { namespace: own, labels: has } = object.metadata;
  // A cluster-scoped object is in no namespace, and meets every query.
  if (namespace !== undefined && own !== undefined && own !== namespace) return false;
  for (const key in labels) if (has?.[key] !== labels[key]) return false;
  return true;
}

/** The event for a watcher, whose selector the object may have started or ceased to match. */
function typeFor({ before, after }: StoredChange, query: ObjectQuery): WatchEvent["type"] | undefined {
  const was = before !== undefined && meets(before, query);
  const is = after !== undefined && meets(after, query);
  if (is) return was ? "MODIFIED" : "ADDED";
  return was ? "DELETED" : undefined;
}

export function createWatchers(): Watchers {
  /** By group and kind. */
  const watchers = new Map<string, Set<(change: StoredChange) => void>>();
  const queue: StoredChange[] = [];
  let held = 0;

  /** A watcher may write: the resulting events wait, so that all watchers see the same order. */
  function drain(): void {
    if (held > 0) return;
    held += 1;
    const errors: unknown[] = [];
    for (let change = queue.shift(); change !== undefined; change = queue.shift()) {
      for (const watcher of [...(watchers.get(`${change.resource.group}/${change.resource.kind}`) ?? [])]) {
        try {
          watcher(change);
        } catch (error) {
          errors.push(error);
        }
      }
    }
    held -= 1;
    // An error in one watcher must neither keep events from the others nor be lost.
    if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateError(errors, "watchers failed");
  }

  return {
    add(group, query, since, read, onEvent) {
      const key = `${group}/${query.kind}`;
      const own = watchers.get(key) ?? new Set();
      watchers.set(key, own);
      let open = true;
      const watcher = (change: StoredChange) => {
        if (!open || change.revision <= since) return;
        const type = typeFor(change, query);
        const object = type === undefined ? undefined : read(change.resource, change.last);
        if (type !== undefined && object !== undefined) onEvent({ type, object });
      };
      own.add(watcher);
      return () => {
        open = false;
        own.delete(watcher);
      };
    },
    tell(change) {
      queue.push(change);
      drain();
    },
    together(make) {
      held += 1;
      try {
        make();
      } finally {
        held -= 1;
      }
      drain();
    },
  };
}
