// The month's bookings as JSON, CSV or plain text, as the client likes it.
import { negotiate } from "zigttp:http";
import { bookings, totals, type Booking } from "./lib/bookings";

const columns: (keyof Booking)[] = ["date", "room", "guest", "nights", "cents"];
const types = ["application/json", "text/csv", "text/plain"];

const quote = (value: unknown) => `"${String(value).replaceAll('"', '""')}"`;

function csv(list: Booking[]): string {
  const rows = list.map((booking) => columns.map((column) => quote(booking[column])).join(","));
  return [columns.join(","), ...rows].join("\r\n") + "\r\n";
}

const plain = (list: Booking[]) =>
  list.map((b) => `${b.date} ${b.room.padEnd(8)} ${(b.cents / 100).toFixed(2).padStart(9)}`).join("\n");

export function handler(req: Request): Response {
  const room = req.query.room;
  const list = room === undefined ? bookings : bookings.filter((booking) => booking.room === room);
  switch (negotiate(req.headers.accept ?? "*/*", types)) {
    case "application/json":
      return Response.json({ bookings: list, ...totals(list) });
    case "text/csv":
      return Response.text(csv(list), {
        headers: {
          "content-type": "text/csv; charset=utf-8",
          "content-disposition": "attachment; filename=bookings.csv",
        },
      });
    case "text/plain":
      return Response.text(plain(list));
    default:
      return Response.json({ error: "not acceptable", types }, { status: 406 });
  }
}
