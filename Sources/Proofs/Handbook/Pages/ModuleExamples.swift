/// An example of each module: a whole handler that is accepted.
enum ModuleExamples {
  /// The example of a module; nil where it has none.
  static func example(of module: String) -> HandlerExample? {
    sources[module].map(HandlerExample.init)
  }

  private static let sources: [String: String] = [
    "env": """
    import { env } from "zigttp:env";

    const greeting = env("GREETING") ?? "hello";

    export const handler = (req) => Response.text(greeting);
    """,
    "router": """
    import { routerMatch } from "zigttp:router";

    const routes = {
      "GET /": () => Response.text("home"),
      "GET /orders/:id": (req) => Response.json({ id: req.params.id }),
      "GET /files/*": (req) => Response.text(req.params.splat),
    };

    export function handler(req) {
      const found = routerMatch(routes, req);
      if (found === undefined) return Response.json({ error: "not found" }, { status: 404 });
      req.params = found.params;
      return found.handler(req);
    }
    """,
    "crypto": """
    import { hmacSha256 } from "zigttp:crypto";
    import { env } from "zigttp:env";

    export function handler(req) {
      const secret = env("WEBHOOK_SECRET") ?? "";
      const expected = hmacSha256(secret, req.text());
      if (req.headers["x-signature"] !== expected) return Response.text("no", { status: 401 });
      return Response.text("thank you");
    }
    """,
    "cache": """
    import { cacheGet, cacheIncr, cacheSet } from "zigttp:cache";

    export function handler(req) {
      const stored = cacheGet("pages", "home");
      if (stored !== undefined) return Response.html(stored);
      const visits = cacheIncr("counters", "visits", 1);
      const page = `<p>made at visit ${visits}</p>`;
      cacheSet("pages", "home", page, 60);
      return Response.html(page);
    }
    """,
    "compose": """
    import { guard, pipe } from "zigttp:compose";

    const onlyJson = guard((req) =>
      req.headers.accept === "application/json"
        ? undefined
        : Response.text("JSON only", { status: 406 }),
    );
    const answer = (req) => Response.json({ path: req.path });
    const uncached = guard((res) => ({
      ...res,
      headers: { ...res.headers, "cache-control": "no-store" },
    }));

    // The same as: onlyJson |> answer |> uncached
    export const handler = pipe(onlyJson, answer, uncached);
    """,
    "fetch": """
    import { fetch } from "zigttp:fetch";

    export function handler(req) {
      const city = encodeURIComponent(req.query.city ?? "Berlin");
      const answer = fetch(`https://weather.example.com/v1/now?city=${city}`);
      if (!answer.ok) return Response.json({ error: "no weather" }, { status: 502 });
      return Response.json({ weather: answer.json() });
    }
    """,
    "http": """
    import { parseCookies, setCookie } from "zigttp:http";

    export function handler(req) {
      const isDark = parseCookies(req.headers.cookie).theme === "dark";
      const cookie = setCookie("theme", isDark ? "light" : "dark", { path: "/", httpOnly: true });
      return Response.text("changed", { headers: { "set-cookie": cookie } });
    }
    """,
    "id": """
    import { cacheSet } from "zigttp:cache";
    import { ulid } from "zigttp:id";

    export function handler(req) {
      const id = ulid();
      cacheSet("notes", id, "a note");
      return Response.json({ id }, { status: 201 });
    }
    """,
    "log": """
    import { logInfo } from "zigttp:log";

    export function handler(req) {
      logInfo("asked", { method: req.method === "GET" ? "GET" : "other" });
      return Response.text("ok");
    }
    """,
    "text": """
    import { escapeHtml } from "zigttp:text";

    export function handler(req) {
      const name = req.query.name ?? "you";
      return Response.html(`<p>Hello ${escapeHtml(name)}</p>`);
    }
    """,
    "time": """
    import { addSeconds, formatHttp, formatIso } from "zigttp:time";

    export function handler(req) {
      const now = Date.now();
      const headers = { expires: formatHttp(addSeconds(now, 60)) };
      return Response.json({ now: formatIso(now) }, { headers });
    }
    """,
    "types": """
    import type { Spec } from "zigttp:types";

    export function handler(req: Request): Response & Spec<"read-only" | "deterministic"> {
      return Response.json({ path: req.path });
    }
    """,
    "url": """
    import { urlEncode, urlParse } from "zigttp:url";

    export function handler(req) {
      const { host } = urlParse("https://shop.example.com/search?q=tea");
      return Response.redirect(`https://shop.example.com/?q=${urlEncode(req.query.q ?? host)}`);
    }
    """,
    "auth": """
    import { jwtVerify, parseBearer } from "zigttp:auth";
    import { env } from "zigttp:env";

    export function handler(req) {
      const token = parseBearer(req.headers.authorization) ?? "";
      const claims = jwtVerify(token, env("JWT_SECRET") ?? "");
      if (!claims.ok) return Response.json({ error: "sign in" }, { status: 401 });
      return Response.json({ user: claims.value.sub });
    }
    """,
    "validate": """
    import { schemaCompile, validateJson } from "zigttp:validate";

    schemaCompile("note", JSON.stringify({
      type: "object",
      required: ["title"],
      properties: { title: { type: "string", minLength: 1, maxLength: 80 } },
    }));

    export function handler(req) {
      const note = validateJson("note", req.text());
      if (!note.ok) return Response.json({ errors: note.errors }, { status: 422 });
      return Response.json({ title: note.value.title }, { status: 201 });
    }
    """,
    "decode": """
    import { decodeQuery } from "zigttp:decode";
    import { schemaCompile } from "zigttp:validate";

    schemaCompile("page", JSON.stringify({
      type: "object",
      properties: { page: { type: "integer", minimum: 1 } },
    }));

    export function handler(req) {
      const query = decodeQuery("page", req.query);
      if (!query.ok) return Response.json({ errors: query.errors }, { status: 400 });
      return Response.json({ page: query.value.page ?? 1 });
    }
    """,
    "sql": """
    import { sql, sqlMany } from "zigttp:sql";

    sql("by-author", "SELECT title FROM books WHERE author = :author");

    export function handler(req) {
      return Response.json({ books: sqlMany("by-author", { author: req.query.author ?? "" }) });
    }
    @ schema.sql
    CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT NOT NULL, author TEXT NOT NULL);
    """,
    "io": """
    import { fetch } from "zigttp:fetch";
    import { parallel } from "zigttp:io";

    export function handler(req) {
      const [news, weather] = parallel([
        () => fetch("https://news.example.com/today"),
        () => fetch("https://weather.example.com/now"),
      ]);
      if (!news.ok || !weather.ok) return Response.text("try again", { status: 502 });
      return Response.json({ news: news.json(), weather: weather.json() });
    }
    """,
    "scope": """
    import { cacheDelete, cacheSet } from "zigttp:cache";
    import { ensure, scope } from "zigttp:scope";

    export function handler(req) {
      return scope("import", () => {
        cacheSet("locks", "import", "taken", 60);
        ensure(() => cacheDelete("locks", "import"));
        return Response.text("done");
      });
    }
    """,
    "ratelimit": """
    import { rateCheck } from "zigttp:ratelimit";

    export function handler(req) {
      const allowed = rateCheck("everybody", 60, 100);
      if (!allowed.ok) return Response.text("slow down", { status: 429 });
      return Response.text("ok");
    }
    """,
  ]
}
