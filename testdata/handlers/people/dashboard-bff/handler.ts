// One answer for a dashboard, made of three services; a part that fails is left out.
import { env } from "zigttp:env";
import { fetch } from "zigttp:fetch";
import { logWarn } from "zigttp:log";

const key = env("INTERNAL_API_KEY") ?? "";

function part(name: string, url: string) {
  const res = fetch(url, { headers: { "x-api-key": key } });
  if (!res.ok) {
    logWarn("part is missing", { name, status: res.status });
    return { [name]: null };
  }
  return { [name]: res.json() };
}

export const handler = (req) => {
  const id = parseInt(req.query.account ?? "", 10);
  if (Number.isNaN(id)) return Response.json({ error: "account is required" }, { status: 400 });
  return Response.json({
    account: id,
    ...part("profile", `https://accounts.example.com/${id}`),
    ...part("orders", `https://orders.example.com/by-account/${id}?limit=5`),
    ...part("tickets", `https://support.example.com/accounts/${id}/tickets`),
  });
};
