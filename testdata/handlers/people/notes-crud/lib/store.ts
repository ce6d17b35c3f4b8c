// Where notes are.
import { cacheDelete, cacheGet, cacheSet } from "zigttp:cache";
import { ulid } from "zigttp:id";

export interface Note {
  id: string;
  title: string;
  text: string;
}

const ids = (): string[] => JSON.parse(cacheGet("notes", "index") ?? "[]");
const keep = (list: string[]) => cacheSet("notes", "index", JSON.stringify(list), 0);

export function find(id: string): Note | undefined {
  const stored = cacheGet("notes", `note:${id}`);
  return stored === undefined ? undefined : JSON.parse(stored);
}

export const all = () => ids().map(find).filter((note) => note !== undefined);

export function replace(id: string, fields: Omit<Note, "id">): Note {
  const note = { id, ...fields };
  cacheSet("notes", `note:${id}`, JSON.stringify(note), 0);
  return note;
}

export function create(fields: Omit<Note, "id">): Note {
  const note = replace(ulid(), fields);
  keep([...ids(), note.id]);
  return note;
}

export function remove(id: string): boolean {
  keep(ids().filter((other) => other !== id));
  return cacheDelete("notes", `note:${id}`);
}
