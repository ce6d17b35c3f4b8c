// Takes a CSV of contacts and says what was wrong in which line.
import { cacheSet } from "zigttp:cache";
import { logInfo } from "zigttp:log";

interface Contact {
  email: string;
  name: string;
}

type Row = { line: number; contact?: Contact; error?: string };

function parseLine(text: string, index: number): Row {
  const [name, email, ...more] = text.split(",").map((cell) => cell.trim());
  const line = index + 2;
  if (more.length > 0) return { line, error: "too many columns" };
  if (!email?.includes("@")) return { line, error: "no address" };
  return { line, contact: { name, email: email.toLowerCase() } };
}

export default (req: Request): Response => {
  if (req.method !== "POST") return Response.json({ error: "POST a CSV" }, { status: 405 });
  const [header, ...lines] = (req.body ?? "").split("\n").filter((line) => line.trim() !== "");
  if (header?.trim() !== "name,email") return Response.json({ error: "unknown columns" }, { status: 422 });
  const rows = lines.map(parseLine);
  const errors = rows.filter((row) => row.error !== undefined);
  const contacts = rows.filter((row) => row.contact).map((row) => row.contact);
  for (const { email, name } of contacts) {
    cacheSet("contacts", email, name, 0);
  }
  logInfo("imported", { contacts: contacts.length, errors: errors.length });
  return Response.json({ imported: contacts.length, errors }, { status: errors.length > 0 ? 207 : 200 });
};
