// The same site on node's own http module, for comparison. Elements are joined as strings, which is
// the fastest way that node has.
import { createServer } from "node:http";

const books = [
  { slug: "middlemarch", title: "Middlemarch", author: "George Eliot", year: 1871 },
  { slug: "moby-dick", title: "Moby-Dick", author: "Herman Melville", year: 1851 },
  { slug: "walden", title: "Walden", author: "Henry David Thoreau", year: 1854 },
  { slug: "emma", title: "Emma", author: "Jane Austen", year: 1815 },
  { slug: "dracula", title: "Dracula", author: "Bram Stoker", year: 1897 },
  { slug: "ulysses", title: "Ulysses", author: "James Joyce", year: 1922 },
  { slug: "orlando", title: "Orlando", author: "Virginia Woolf", year: 1928 },
  { slug: "the-trial", title: "The Trial", author: "Franz Kafka", year: 1925 },
  { slug: "pride-and-prejudice", title: "Pride & Prejudice", author: "Jane Austen", year: 1813 },
  { slug: "the-time-machine", title: "The Time Machine", author: "H. G. Wells", year: 1895 },
];

const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text) => String(text).replace(/[&<>"']/g, (character) => entities[character]);

function layout(title, content) {
  return (
    `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title>` +
    "<style>body { font-family: serif; margin: 2rem auto; max-width: 40rem; }</style></head>" +
    `<body><h1>${escape(title)}</h1><main>${content}</main></body></html>`
  );
}

function send(response, title, content, status = 200) {
  const body = layout(title, content);
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

function row(book) {
  return (
    `<tr><td><a href="/books/${encodeURIComponent(book.slug)}">${escape(book.title)}</a></td>` +
    `<td>${escape(book.author)}</td><td class="year">${book.year}</td></tr>`
  );
}

const server = createServer((request, response) => {
  const url = new URL(request.url, "http://localhost");
  if (url.pathname === "/") {
    const head = "<thead><tr><th>Title</th><th>Author</th><th>Year</th></tr></thead>";
    const content = `<table>${head}<tbody>${books.map(row).join("")}</tbody></table>`;
    return send(response, "Books", content);
  }
  if (url.pathname.startsWith("/books/")) {
    const slug = decodeURIComponent(url.pathname.slice("/books/".length));
    const book = books.find((one) => one.slug === slug);
    if (book === undefined) return send(response, "Not found", "<p>There is no such book.</p>", 404);
    const old = book.year < 1900 ? '<p class="old">A classic.</p>' : "";
    const by = `<p>By ${escape(book.author)}, ${book.year}.</p>`;
    return send(response, book.title, `${by}${old}<a href="/">All books</a>`);
  }
  if (url.pathname === "/hello") {
    const name = url.searchParams.get("name") ?? "reader";
    return send(response, "Hello", `<p>Hello, ${escape(name)}!</p>`);
  }
  send(response, "Not found", "<p>There is no such page.</p>", 404);
});
server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1");
