// A session for whoever knows the password of the day.
import { env } from "zigttp:env";
import { jwtSign, timingSafeEqual } from "zigttp:auth";
import { setCookie } from "zigttp:http";

export function handler(req) {
  const { user, password } = req.json() ?? {};
  const wanted = env("DAY_PASSWORD") ?? "";
  if (wanted === "" || !timingSafeEqual(String(password ?? ""), wanted)) {
    return Response.json({ error: "no" }, { status: 401 });
  }
  const token = jwtSign({ sub: String(user ?? "guest"), scope: "read" }, env("JWT_SECRET") ?? "");
  return Response.json({ token }, { headers: { "set-cookie": setCookie("session", token, { httpOnly: true }) } });
}
