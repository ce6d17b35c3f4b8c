// Version 1: flat, with the author as a text.
import { books } from "./books";

const flat = ({ id, title, author }) => ({ id, title, author: `${author.first} ${author.last}` });

export const v1 = {
  "GET /books": () => Response.json(books.map(flat)),
  "GET /books/:id": ({ params }) => {
    const book = books.find((b) => b.id === Number(params.id));
    return book ? Response.json(flat(book)) : Response.json({ error: "not found" }, { status: 404 });
  },
};
