// A guestbook: the last entries, and a form for one more.
import { cacheGet, cacheSet } from "zigttp:cache";
import { truncate } from "zigttp:text";
import { formatIso } from "zigttp:time";
import { urlSearchParams } from "zigttp:url";

const entries = () => JSON.parse(cacheGet("guestbook", "entries") ?? "[]");

function Entry({ name, text, at }) {
  return (
    <article>
      <header>
        <b>{name}</b> <time datetime={at}>{at.slice(0, 10)}</time>
      </header>
      {text.split("\n").map((line) => (
        <p>{line}</p>
      ))}
    </article>
  );
}

const Book = ({ list }) => (
  <html>
    <body>
      <form method="post">
        <input name="name" maxlength={40} />
        <textarea name="text"></textarea>
        <button>Write</button>
      </form>
      {list.map((entry) => (
        <Entry {...entry} />
      ))}
    </body>
  </html>
);

function add(form) {
  const entry = {
    name: truncate(form.name ?? "Somebody", 40, "…"),
    text: truncate(form.text ?? "", 1000, "…"),
    at: formatIso(Date.now()),
  };
  const list = [entry, ...entries()].slice(0, 50);
  cacheSet("guestbook", "entries", JSON.stringify(list), 0);
}

export function handler(req) {
  if (req.method === "POST") {
    add(urlSearchParams(req.body ?? ""));
    return Response.redirect("/", 303);
  }
  return Response.html(<Book list={entries()} />);
}
