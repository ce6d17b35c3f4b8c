// A list of things to do, with fragments for htmx.
import { cacheGet, cacheSet } from "zigttp:cache";
import { routerMatch } from "zigttp:router";
import { urlSearchParams } from "zigttp:url";

type Todo = { text: string; done: boolean };

const load = (): Todo[] => {
  const stored = JSON.tryParse(cacheGet("todos", "all") ?? "[]");
  return stored.ok ? stored.value : [];
};
const save = (todos: Todo[]) => cacheSet("todos", "all", JSON.stringify(todos), 0);

const Item = ({ todo, index }) => (
  <li className={todo.done ? "done" : "open"}>
    <button hx-post={`/todos/${index}/toggle`} hx-target="#todos">
      {todo.done ? "☑" : "☐"}
    </button>
    {todo.text}
  </li>
);

const List = ({ todos }) => (
  <ul id="todos">
    {todos.map((todo, index) => (
      <Item todo={todo} index={index} />
    ))}
  </ul>
);

const Page = ({ todos }) => (
  <html>
    <head>
      <script src="/htmx.js"></script>
    </head>
    <body>
      <form hx-post="/todos" hx-target="#todos" hx-swap="outerHTML">
        <input name="text" />
      </form>
      <List todos={todos} />
    </body>
  </html>
);

const list = (todos: Todo[]) => Response.html(<List todos={todos} />);

const routes = {
  "GET /": () => Response.html(<Page todos={load()} />),
  "POST /todos": (req) => {
    const { text = "" } = urlSearchParams(req.body ?? "");
    const todos = load();
    if (text.trim() !== "") todos.push({ text: text.trim(), done: false });
    save(todos);
    return list(todos);
  },
  "POST /todos/:index/toggle": (req) => {
    const index = Number(req.params.index);
    const todos = load().map((todo, i) => (i === index ? { ...todo, done: !todo.done } : todo));
    save(todos);
    return list(todos);
  },
};

export const handler = (req) => {
  const found = routerMatch(routes, req);
  if (!found) return Response.text("not found", { status: 404 });
  req.params = found.params;
  return found.handler(req);
};
