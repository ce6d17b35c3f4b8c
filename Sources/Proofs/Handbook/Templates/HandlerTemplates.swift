/// The handlers of the templates. Each is held by a test to what it claims: that it is accepted by
/// `zigttp check` and by tsc, and which properties are proven of it.
enum HandlerTemplates {
  static let api = """
    import { cacheGet, cacheIncr } from "zigttp:cache";
    import { routerMatch } from "zigttp:router";

    // What can be voted for. A vote that is none of these never reaches the cache.
    const choices = ["tea", "coffee", "water"];

    const count = (choice: string) => Number(cacheGet("votes", choice) ?? "0");

    function list(req: Request): Response {
      return Response.json({ votes: choices.map((choice) => ({ choice, count: count(choice) })) });
    }

    function vote(req: Request): Response {
      const read = JSON.tryParse<{ choice?: string }>(req.text());
      if (!read.ok) return Response.json({ error: "the body is not JSON" }, { status: 400 });
      const choice = choices.find((one) => one === read.value?.choice);
      if (choice === undefined) {
        return Response.json({ error: `choose one of ${choices.join(", ")}` }, { status: 422 });
      }
      return Response.json({ choice, count: cacheIncr("votes", choice, 1) }, { status: 201 });
    }

    const routes = {
      "GET /votes": list,
      "POST /votes": vote,
    };

    export function handler(req: Request): Response {
      const found = routerMatch(routes, req);
      if (found === undefined) return Response.json({ error: "not found" }, { status: 404 });
      req.params = found.params;
      return found.handler(req);
    }

    """

  static let page = """
    import type { Spec } from "zigttp:types";

    const teas = [
      { name: "Assam", from: "India", minutes: 4 },
      { name: "Sencha", from: "Japan", minutes: 2 },
      { name: "Oolong", from: "Taiwan", minutes: 3 },
    ];

    const Page = ({ title, children }: { title: string; children?: any }) => (
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <title>{title}</title>
        </head>
        <body>
          <h1>{title}</h1>
          {children}
        </body>
      </html>
    );

    // What stands in braces is escaped: whatever somebody types stays text.
    const Search = ({ text }: { text: string }) => (
      <form method="get">
        <input name="q" value={text} />
        <button>Search</button>
      </form>
    );

    export function handler(req: Request): Response & Spec<"read-only" | "injection-safe"> {
      if (req.path !== "/") {
        return Response.html(<Page title="Not found">There is no such page.</Page>, { status: 404 });
      }
      const text = req.query.q ?? "";
      const found = teas.filter((tea) => tea.name.toLowerCase().includes(text.toLowerCase()));
      return Response.html(
        <Page title="Teas">
          <Search text={text} />
          <ul>
            {found.map((tea) => (
              <li>
                {tea.name} from {tea.from}, {tea.minutes} minutes
              </li>
            ))}
          </ul>
          {found.length === 0 && <p>No tea is called “{text}”.</p>}
        </Page>,
      );
    }

    """

  static let webhook = """
    import { cacheGet, cacheSet } from "zigttp:cache";
    import { hmacSha256 } from "zigttp:crypto";
    import { env } from "zigttp:env";

    // A sender signs what it sends: x-signature is the HMAC-SHA-256 of the body, in hex.
    function isSigned(req: Request): boolean {
      const secret = env("WEBHOOK_SECRET") ?? "";
      if (secret === "") return false;
      return hmacSha256(secret, req.text()) === req.headers["x-signature"];
    }

    export function handler(req: Request): Response {
      if (req.method !== "POST") return Response.text("POST only", { status: 405 });
      if (!isSigned(req)) return Response.json({ error: "the signature is wrong" }, { status: 401 });

      const read = JSON.tryParse<{ id?: string; kind?: string }>(req.text());
      if (!read.ok) return Response.json({ error: "the body is not JSON" }, { status: 400 });
      const id = String(read.value?.id ?? "");
      if (id === "") return Response.json({ error: "an id is missing" }, { status: 422 });

      // Senders try again when an answer gets lost: what was taken once is not taken twice. Two that
      // come at the same moment may both pass; `cacheIncr("deliveries", id, 1, ttl) > 1` lets one alone
      // through, and costs retry-safe.
      if (cacheGet("deliveries", id) !== undefined) return Response.json({ taken: "before" });
      cacheSet("deliveries", id, "taken", 7 * 24 * 60 * 60);

      switch (read.value?.kind) {
        case "paid":
          return Response.json({ taken: "paid" });
        case "refunded":
          return Response.json({ taken: "refunded" });
        default:
          return Response.json({ taken: "ignored" });
      }
    }

    """
}
