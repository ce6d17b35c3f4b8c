import { answers } from "./harness.js";

// Answers are recorded by hand: node has none of this. The request is
//   POST /a/b%20c?x=1&y=a%20b+c&x=2&empty  with headers Content-Type: application/json, X-Id: 7,
//   Cookie: a=1, Cookie: b=2, Accept: text/html, Accept: */*  and the body {"n":[1,"é"]}
const headersOf = (init) => Response.text("", { headers: init }).headers;

export default function handler(req) {
  const cases = [
    // the request
    () => req.method,
    () => req.url,
    () => req.path,
    () => req.query,
    () => req.params,
    () => req.body,
    () => req.text(),
    () => req.json(),
    () => req.json().n === req.json().n,
    () => req.base64(),
    () => Object.keys(req),
    () => req.headers["X-Id"],
    () => req.headers["x-id"],
    () => req.headers["missing"],
    () => req.headers.cookie,
    () => req.headers.get("Accept"),
    () => req.headers.get("missing"),
    () => req.headers.has("CONTENT-TYPE"),
    () => req.headers.has("get"),
    () => Object.keys(req.headers),
    () => ({ ...req.headers })["content-type"],
    () => {
      req.params = { id: "7" };
      req.user = "u";
      return [req.params.id, req.user];
    },
    // Response.*
    () => Response.json({ a: 1 }),
    () => Response.json([1, "é"], { status: 201 }).body,
    () => Response.json(null).body,
    () => Response.text("hi", { status: 404 }),
    () => Response.text(5).body,
    () => Response.html("<p>x</p>").headers,
    () => Response.rawJson('{"raw":true}', { status: 202 }),
    () => Response.redirect("/next"),
    () => Response.redirect("/next", 308).status,
    () => Response.json({}, { headers: { "Content-Type": "application/problem+json", "X-A": 1 } }).headers,
    () => Response.text("x", { headers: headersOf({ A: "b" }) }).headers,
    () => Response.text("x", {}).status,
    () => Response.text("x", undefined).ok,
    () => Response.text("x", { status: 500 }).ok,
    // its methods
    () => Response.json({ a: [1] }).json(),
    () => Response.text("not json").json(),
    () => Response.text("").json(),
    () => [Response.base64("4pyT").text(), Response.text("✓").base64(), Response.base64("_w").headers["content-type"]],
    () => Response.json({ a: 1 }).text(),
    () => {
      const first = Response.text("x");
      const second = { ...first, headers: { ...first.headers, "X-New": "y" } };
      return [second.status, second.headers, second.body];
    },
    () => {
      const response = Response.text("x");
      response.headers["X-B"] = "1";
      response.headers.set("X-C", 2);
      response.headers["x-b"] = "3";
      return response.headers;
    },
    // headers
    () => headersOf({ A: "1" }).get("a"),
    () => {
      const headers = headersOf({ Vary: "accept" });
      headers.append("vary", "cookie");
      headers.append("Set-Cookie", "a=1");
      headers.append("set-cookie", "b=2");
      return [headers, headers.get("set-cookie")];
    },
    () => headersOf({ X: ["1", "2"] }).get("x"),
    () => headersOf({ get: "field" }).get("get"),
    () => headersOf({ get: "field" })["GET"],
    () => headersOf({ a: undefined, b: null }).has("a"),
    () => JSON.stringify(headersOf({ "X-Y": "z" })),
    () => "CONTENT-type" in headersOf({}),
    () => Object.hasOwn(headersOf({ Q: "1" }), "q"),
    // Results
    () => JSON.tryParse('{"a":1}'),
    () => JSON.tryParse('{"a":1}').value.a,
    () => JSON.tryParse("{").ok,
    () => JSON.tryParse("{").value,
    () => JSON.tryParse("{").error,
    () => JSON.tryParse("[1,]").error,
    () => JSON.tryParse(undefined).error,
    () => JSON.tryParse("1").isOk(),
    () => JSON.tryParse("1").isErr(),
    () => JSON.tryParse("x").isOk(),
    () => JSON.tryParse("x").isErr(),
    () => JSON.tryParse("[2]").unwrap(),
    () => JSON.tryParse("nul").unwrapErr(),
  ];
  return Response.text(answers(cases));
}
