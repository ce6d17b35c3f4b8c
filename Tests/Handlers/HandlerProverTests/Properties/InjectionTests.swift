import Contracts
import Testing

@Suite struct InjectionSafeTests {
  @Test(arguments: [
    "return Response.json({ q: req.query.q });",
    "return Response.text(req.query.q);",
    "return Response.html(`<p>${escapeHtml(req.query.q)}</p>`);",
    "return Response.html(`<p>${Number(req.query.q)}</p>`);",
    "return Response.html(\"<p>hello</p>\");",
    "return Response.html(renderToString(<p title={req.query.q}>{req.query.q}</p>));",
    "return Response.html(<ul>{req.query.q.split(\",\").map((q) => <li>{q}</li>)}</ul>);",
    "return Response.html(<a href={`/search?q=${encodeURIComponent(req.query.q)}`}>x</a>);",
    "return Response.html(<a href=\"https://a.com/\">x</a>);",
    "return Response.html(<a href={`https://a.com/${encodeURIComponent(req.query.q)}`}>x</a>);",
    "return Response.redirect(`/x?next=${encodeURIComponent(req.path)}`);",
    "return Response.redirect(\"/login\");",
    "return Response.redirect(`?page=${encodeURIComponent(req.query.p)}`);",
    "const Page = ({ title, children }) => <html><h1>{title}</h1>{children}</html>; return Response.html(<Page title={req.path}><p>{req.body}</p></Page>);",
    "return Response.html(<script>{\"let a = 1;\"}</script>);",
    "return Response.json({}, { headers: { \"x-echo\": req.query.q } });",
    "return Response.rawJson(req.body ?? \"{}\");",
    "const r = Response.json({ q: req.query.q }); return { ...r, headers: { ...r.headers, \"x-a\": \"1\" } };",
    "return { status: 200, headers: { \"content-type\": \"application/json\" }, body: req.body };",
  ]) func escaped(body: String) throws {
    let proof = try prove(handler(body), tsx: true)
    #expect(proof.holds(.injectionSafe), "\(body) \(proof.losses(.injectionSafe))")
  }

  @Test(arguments: [
    "return Response.html(`<p>${req.query.q}</p>`);",
    "return Response.html(\"<p>\" + req.body);",
    "return Response.html(`<p>${truncate(req.query.q, 5)}</p>`);",
    "return Response.html(`<p>${encodeURIComponent(req.query.q)}</p>`);",
    "return Response.html(fetch(\"https://a.com/\").text());",
    "return fetch(\"https://a.com/\");",
    "return Response.html(<a href={req.query.u}>x</a>);",
    "return Response.html(<a href={escapeHtml(req.query.u)}>x</a>);",
    "return Response.html(<a href={encodeURIComponent(req.query.u)}>x</a>);",
    "return Response.html(<a href={`/x?q=${req.query.q}`}>x</a>);",
    "return Response.html(<a href={`/${encodeURIComponent(req.query.q)}`}>x</a>);",
    "return Response.html(<a href={`https://${encodeURIComponent(req.query.h)}/`}>x</a>);",
    "return Response.html(<p onclick={`f(${escapeHtml(req.query.q)})`}>x</p>);",
    "return Response.html(<p hx-on:click={req.query.q}>x</p>);",
    "return Response.html(<script>{`let q = ${JSON.stringify(req.query.q)}`}</script>);",
    "return Response.html(<style>{req.query.css}</style>);",
    "return Response.html(<p {...req.query}>x</p>);",
    "return Response.html(h(\"script\", {}, req.query.q));",
    "return Response.html(h(req.query.tag, {}, \"x\"));",
    "return Response.redirect(req.query.next);",
    "return Response.redirect(`/${req.query.next}`);",
    "return Response.redirect(`/x?next=${req.query.next}`);",
    "return Response.json({}, { status: 302, headers: { Location: req.query.next } });",
    "return Response.json({ q: req.query.q }, { headers: { \"content-type\": \"text/html\" } });",
    "return Response.text(req.query.q, { headers: { \"Content-Type\": req.query.t } });",
    "const r = Response.text(req.query.q); r.headers.set(\"content-type\", \"text/html\"); return r;",
    "const r = Response.json({ q: req.query.q }); return { ...r, headers: { \"content-type\": \"text/html\" } };",
    "return { status: 200, body: req.body };",
    "return Response.json({}, { headers: { [req.query.n]: req.query.v } });",
    "cacheSet(\"n\", \"k\", req.body); return Response.html(cacheGet(\"n\", \"k\") ?? \"\");",
    "const wrap = (s) => `<b>${s}</b>`; return Response.html([req.query.q].map(wrap).join(\"\"));",
  ]) func injected(body: String) throws {
    let proof = try prove(handler(body), tsx: true)
    #expect(!proof.holds(.injectionSafe), "\(body)")
  }
}

@Suite struct InputValidatedTests {
  @Test(arguments: [
    "return Response.json({ body: req.body });",
    "cacheSet(\"n\", \"k\", \"v\"); return Response.json({});",
    "cacheSet(\"n\", `k${Number(req.query.id)}`, \"v\"); return Response.json({});",
    "cacheSet(\"n\", `k${parseInt(req.query.id)}`, \"v\"); return Response.json({});",
    "fetch(`https://a.com/${Number(req.query.id)}`); return Response.json({});",
    "return Response.json(cacheGet(\"n\", req.query.k));",
    "cacheSet(\"n\", \"k\", env(\"A\") ?? \"\"); return Response.json({});",
  ]) func validated(body: String) throws { try expect(.inputValidated, true, of: handler(body)) }

  @Test(arguments: [
    "cacheSet(\"n\", req.query.k, \"v\"); return Response.json({});",
    "cacheSet(\"n\", \"k\", req.body); return Response.json({});",
    "cacheIncr(\"n\", req.path); return Response.json({});",
    "cacheDelete(\"n\", req.params.id); req.params = { id: req.query.q }; return Response.json({});",
    "fetch(`https://a.com/${req.path}`); return Response.json({});",
    "fetch(\"https://a.com/\", { method: \"POST\", body: JSON.stringify(req.json()) }); return Response.json({});",
    "cacheSet(\"n\", \"k\", fetch(\"https://a.com/\").text()); return Response.json({});",
    "const found = routerMatch({ \"GET /a/:id\": (r) => cacheSet(\"n\", r.params.id, \"v\") }, req); if (found) { req.params = found.params; found.handler(req); } return Response.json({});",
    "cacheSet(\"n\", escapeHtml(req.query.k), \"v\"); return Response.json({});",
    "cacheSet(\"n\", base64Encode(req.query.k), \"v\"); return Response.json({});",
  ]) func raw(body: String) throws { try expect(.inputValidated, false, of: handler(body)) }
}

@Suite struct PIIContainedTests {
  @Test(arguments: [
    "return Response.json({ body: req.body });",
    "logInfo(\"hello\"); return Response.json({});",
    "logInfo(\"is\", { long: req.body.length > 5 }); return Response.json({});",
    "cacheSet(\"n\", \"k\", req.body); return Response.json({});",
    "fetch(\"https://a.com/\", { method: \"POST\", body: env(\"A\") }); return Response.json({});",
    "fetch(\"https://a.com/\", { headers: { \"x-t\": env(\"API_TOKEN\") } }); return Response.json({});",
  ]) func contained(body: String) throws { try expect(.piiContained, true, of: handler(body)) }

  @Test(arguments: [
    "logInfo(req.path); return Response.json({});",
    "console.log(req.query); return Response.json({});",
    "logInfo(String(Number(req.query.id))); return Response.json({});",
    "logInfo(sha256(req.body)); return Response.json({});",
    "fetch(`https://a.com/${Number(req.query.id)}`); return Response.json({});",
    "fetch(\"https://a.com/\", { method: \"POST\", body: req.body }); return Response.json({});",
    "fetch(\"https://a.com/\", { headers: { \"x-user\": req.query.user } }); return Response.json({});",
    "const { a, ...rest } = req.json() ?? {}; logInfo(\"rest\", rest); return Response.json({});",
    "cacheSet(\"n\", \"k\", req.body); logInfo(cacheGet(\"n\", \"k\")); return Response.json({});",
    "assert req.query.a, req.query.b; return Response.json({});",
  ]) func escapes(body: String) throws { try expect(.piiContained, false, of: handler(body)) }
}
