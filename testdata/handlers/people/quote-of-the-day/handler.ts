// A quote for each day, and what time it is elsewhere.
import { addSeconds, formatIso } from "zigttp:time";

const day = 24 * 60 * 60 * 1000;
const quotes = ["Festina lente.", "Carpe diem.", "Sapere aude.", "Panta rhei."];
const offsets = { lisbon: 0, berlin: 1, tokyo: 9, "new-york": -5 };

const local = (now: number, hours: number) => formatIso(addSeconds(now, hours * 3600)).slice(0, 16);

export const handler = ({ path, query }: Request): Response => {
  const now = Date.now();
  if (path === "/quote") {
    const ahead = parseInt(query.ahead ?? "0", 10);
    return Response.json({ quote: quotes.at((Math.floor(now / day) + ahead) % quotes.length) });
  }
  if (path === "/clock") {
    const clocks = Object.entries(offsets).map(([city, hours]) => ({ city, time: local(now, hours) }));
    return Response.json(clocks, { headers: { "cache-control": "no-store" } });
  }
  return Response.json({ error: "not found" }, { status: 404 });
};
