// A front for two services: one needs a token, the other is asked only for what is allowed.
import { env } from "zigttp:env";
import { fetch } from "zigttp:fetch";
import { logError } from "zigttp:log";
import { guard } from "zigttp:compose";
import { bases, header } from "./lib/services";

const token = env("BILLING_TOKEN");

function failed(service: string) {
  logError("service failed", { service });
  return Response.json({ error: `${service} does not answer` }, { status: 502 });
}

function invoices(req) {
  if (token === undefined) return Response.json({ error: "not configured" }, { status: 503 });
  const answer = fetch(`${bases.billing}/invoices?page=${Number(req.query.page ?? "1")}`, {
    headers: { [header]: `Bearer ${token}` },
  });
  if (!answer.ok) return failed("billing");
  return Response.json(answer.json());
}

function weather() {
  const answer = fetch(bases.weather + "/today");
  return answer.ok ? Response.json({ weather: answer.text() }) : failed("weather");
}

const signedIn = (req) =>
  req.headers.authorization ? undefined : Response.json({ error: "sign in" }, { status: 401 });

const hardened = (response) => ({
  ...response,
  headers: { ...response.headers, "x-content-type-options": "nosniff" },
});

function route(req) {
  if (req.method !== "GET") return Response.json({ error: "GET only" }, { status: 405 });
  if (req.path === "/invoices") return invoices(req);
  if (req.path === "/weather") return weather();
  return Response.json({ error: "no such page" }, { status: 404 });
}

export const handler = guard(signedIn) |> route |> guard(hardened);
