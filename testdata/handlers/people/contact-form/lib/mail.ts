// Sends mail through a provider; says whether it was taken.
import { env } from "zigttp:env";
import { fetch } from "zigttp:fetch";
import { logError } from "zigttp:log";

export function send(to: string, subject: string, text: string): boolean {
  const res = fetch("https://api.mail.example.com/v3/send", {
    method: "POST",
    headers: {
      authorization: `Bearer ${env("MAIL_TOKEN") ?? ""}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ from: "web@example.com", to, subject, text }),
  });
  if (res.ok) return true;
  logError("mail was not sent", { status: res.status });
  return false;
}
