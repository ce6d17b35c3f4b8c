// Version 2: an envelope, and filters.
import { books } from "./books";

export const v2 = {
  "GET /books": ({ query }) => {
    const since = parseInt(query.since ?? "0", 10);
    const data = books.filter((book) => book.year >= since);
    return Response.json({ data, meta: { total: data.length } });
  },
  "GET /books/:id": ({ params }) => {
    const data = books.find((b) => b.id === Number(params.id));
    if (data !== undefined) return Response.json({ data });
    return Response.json({ errors: [{ code: "not_found", id: params.id }] }, { status: 404 });
  },
};
