// A message board rendered on the server, with everything that comes from outside escaped.
import { cacheGet, cacheSet } from "zigttp:cache";
import { env } from "zigttp:env";

const title = env("BOARD_TITLE") ?? "Board";
const channels = ["news", "talk"];

function Message({ text }) {
  return <li title={text}>{text}</li>;
}

function Board({ channel, messages }) {
  return (
    <main>
      <h1>{title}</h1>
      <ul>
        {messages.map((text) => (
          <Message text={text} />
        ))}
      </ul>
      <a href={`/board?channel=${encodeURIComponent(channel)}`}>reload</a>
    </main>
  );
}

function read(channel: string) {
  const stored = JSON.tryParse(cacheGet("board", channel) ?? "[]");
  return stored.ok ? stored.value : [];
}

export function handler(req) {
  const channel = channels.find((name) => name === req.query.channel) ?? "news";
  if (req.path === "/board" && req.method === "GET") {
    return Response.html(<Board channel={channel} messages={read(channel)} />);
  }
  if (req.path === "/board" && req.method === "POST") {
    cacheSet("board", channel, JSON.stringify([...read(channel), req.body ?? ""]));
    return Response.redirect(`/board?channel=${encodeURIComponent(channel)}`, 303);
  }
  return Response.text("no such page", { status: 404 });
}
