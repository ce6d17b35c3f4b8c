// Feature flags out of the environment, for everybody or for some.
import { env } from "zigttp:env";
import { sha256 } from "zigttp:crypto";

const flags = {
  newCheckout: { on: env("FLAG_NEW_CHECKOUT") === "on", percent: 100 },
  darkMode: { on: env("FLAG_DARK_MODE") !== "off", percent: Number(env("FLAG_DARK_MODE_PERCENT") ?? "50") },
  search2: { on: (env("FLAG_SEARCH2") ?? "off") === "on", percent: 10 },
};

// The same user always falls into the same hundredth.
const bucket = (flag: string, user: string) => parseInt(sha256(`${flag}:${user}`).slice(0, 8), 16) % 100;

function isOn(name: string, user: string): boolean {
  const { on, percent } = flags[name];
  return on && bucket(name, user) < percent;
}

export function handler(req) {
  const user = req.query.user ?? "";
  const [, name, rest] = req.path.split("/");
  if (rest !== undefined) return Response.json({ error: "not found" }, { status: 404 });
  if (name === "") {
    const all = Object.fromEntries(Object.keys(flags).map((flag) => [flag, isOn(flag, user)]));
    return Response.json(all, { headers: { "cache-control": "max-age=60" } });
  }
  if (!(name in flags)) return Response.json({ error: "no such flag" }, { status: 404 });
  return Response.json({ [name]: isOn(name, user) });
}
