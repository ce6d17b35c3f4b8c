// A small site: a list of books, a page for each, and a greeting that escapes what it is given.
import { routerMatch } from "zigttp:router";
import { books, bookBySlug } from "./lib/books";
import { Layout } from "./lib/layout";

function Row({ book }) {
  return (
    <tr>
      <td>
        <a href={`/books/${encodeURIComponent(book.slug)}`}>{book.title}</a>
      </td>
      <td>{book.author}</td>
      <td className="year">{book.year}</td>
    </tr>
  );
}

function page(title: string, content, status = 200) {
  const body = renderToString(<Layout title={title}>{content}</Layout>);
  return Response.html(`<!DOCTYPE html>${body}`, { status });
}

function home() {
  return page(
    "Books",
    <table>
      <thead>
        <tr>
          <th>Title</th>
          <th>Author</th>
          <th>Year</th>
        </tr>
      </thead>
      <tbody>
        {books.map((book) => (
          <Row book={book} />
        ))}
      </tbody>
    </table>,
  );
}

function showBook(req) {
  const book = bookBySlug(req.params.slug);
  if (book === undefined) return page("Not found", <p>There is no such book.</p>, 404);
  return page(
    book.title,
    <>
      <p>
        By {book.author}, {book.year}.
      </p>
      {book.year < 1900 && <p className="old">A classic.</p>}
      <a href="/">All books</a>
    </>,
  );
}

function greet(req) {
  return page("Hello", <p>Hello, {req.query.name ?? "reader"}!</p>);
}

const routes = {
  "GET /": home,
  "GET /books/:slug": showBook,
  "GET /hello": greet,
};

export default function handler(req: Request): Response {
  const found = routerMatch(routes, req);
  if (found === undefined) return page("Not found", <p>There is no such page.</p>, 404);
  req.params = found.params;
  return found.handler(req);
}
