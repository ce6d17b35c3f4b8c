// Tells a chat room when a build is done.
import { env } from "zigttp:env";
import { hmacSha256 } from "zigttp:crypto";
import { fetch } from "zigttp:fetch";
import { logError } from "zigttp:log";

const hookSecret = env("HOOK_SECRET") ?? "";
const chatToken = env("CHAT_TOKEN") ?? "";

const icons = { success: ":white_check_mark:", failure: ":x:", cancelled: ":no_entry:" };

const post = (text: string) =>
  fetch("https://chat.example.com/api/chat.postMessage", {
    method: "POST",
    headers: { authorization: `Bearer ${chatToken}`, "content-type": "application/json" },
    body: JSON.stringify({ channel: "#builds", text }),
  });

export function handler(req) {
  const sent = req.headers["x-hub-signature-256"] ?? "";
  if (sent !== `sha256=${hmacSha256(hookSecret, req.body ?? "")}`) {
    return Response.json({ error: "bad signature" }, { status: 401 });
  }
  const build = req.json();
  if (build === undefined) return Response.json({ error: "not JSON" }, { status: 400 });
  const icon = icons[build.conclusion] ?? ":grey_question:";
  const message = `${icon} ${build.repository} on ${build.branch}: ${build.conclusion}`;
  const res = post(message);
  if (!res.ok) {
    logError("chat is unreachable", { status: res.status });
    return Response.json({ error: "not delivered" }, { status: 502 });
  }
  return Response.json({ delivered: true });
}
