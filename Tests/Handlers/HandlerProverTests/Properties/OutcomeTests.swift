import Contracts
import Testing

@Suite struct ResultsSafeTests {
  private static let parse = "const r = JSON.tryParse(req.body ?? \"\");"

  @Test(arguments: [
    "if (!r.ok) return Response.json({}, { status: 400 }); return Response.json(r.value);",
    "if (r.ok) { return Response.json(r.value); } return Response.json({}, { status: 400 });",
    "if (r.isErr()) return Response.json({}, { status: 400 }); return Response.json(r.unwrap());",
    "return r.isOk() ? Response.json(r.value) : Response.json({}, { status: 400 });",
    "assert r.ok, \"bad\"; return Response.json(r.value);",
    "if (r.ok === false) return Response.json({}, { status: 400 }); return Response.json(r.value);",
    "const ok = r.ok; if (!ok) return Response.json({}, { status: 400 }); return Response.json(r.value);",
    "if (!r.ok || !req.query.x) return Response.json({}, { status: 400 }); return Response.json(r.value);",
    "return Response.json(r.ok && r.value);",
    "return match (r) { when { ok: true, value: v }: Response.json(v) default: Response.json({}, { status: 400 }) };",
    "return match (r) { when { ok: true }: Response.json(r.value) default: Response.json({}, { status: 400 }) };",
    "return Response.json({ ok: r.ok, error: r.error });",
    "const f = (x) => x.ok ? x.value : 0; return Response.json(f(r));",
    "return Response.json(({ value: 1 }).value);",
  ]) func checked(body: String) throws {
    try expect(.resultsSafe, true, of: handler(Self.parse + body))
  }

  @Test(arguments: [
    "return Response.json(r.value);",
    "if (r.status >= 400) return Response.json({}); return Response.json(r.value);",
    "if ((req.body && r.ok) === false) return Response.json({}); return Response.json(r.value);",
    "return Response.json(r.unwrap());",
    "if (r.ok) { logInfo(\"ok\"); } return Response.json(r.value);",
    "if (!r.ok) { logInfo(\"bad\"); } return Response.json(r.value);",
    "if (!r.ok) return Response.json(r.value); return Response.json({});",
    "if (!r.ok && req.query.x) return Response.json({}, { status: 400 }); return Response.json(r.value);",
    "if (r.ok || req.query.x) return Response.json(r.value); return Response.json({});",
    "const { value } = r; return Response.json(value);",
    "const { ok, value } = r; return ok ? Response.json(value) : Response.json({});",
    "return Response.json({ ...r }.value);",
    "return Response.json(r[req.path]);",
    "const f = (x) => x.value; return Response.json(f(r));",
    "const o = { r }; return Response.json(o.r.value);",
    "const [x] = [r]; return Response.json(x.value);",
    "const s = JSON.tryParse(\"1\"); if (!r.ok) return Response.json({}); return Response.json(s.value);",
    "let s = r; if (!s.ok) return Response.json({}); s = JSON.tryParse(\"\"); return Response.json(s.value);",
    "for (const x of [1]) { if (!r.ok) break; } return Response.json(r.value);",
    "switch (req.query.a) { case \"1\": if (req.query.b) break; if (!r.ok) return Response.json({}); break; default: return Response.json({}); } return Response.json(r.value);",
    "return Response.json(Object.values(r));",
    "const { ok, ...rest } = r; return Response.json(rest.value);",
    "const m = \"unwrap\"; return Response.json(r[m]());",
  ]) func unchecked(body: String) throws {
    try expect(.resultsSafe, false, of: handler(Self.parse + body))
  }
}

@Suite struct FaultCoveredTests {
  @Test(arguments: [
    "return Response.json({ ok: true });",
    "const r = JSON.tryParse(req.body); if (!r.ok) return Response.json({}, { status: 400 }); return Response.json(r.value);",
    "const r = JSON.tryParse(req.body); return r.ok ? Response.json(r.value) : Response.json({}, { status: 422 });",
    "const r = JSON.tryParse(req.body); assert r.ok; return Response.json(r.value);",
    "const r = JSON.tryParse(req.body); assert r.ok, Response.text(\"no\", { status: 400 }); return Response.json(r.value);",
    "const r = fetch(\"https://a.com/\"); if (!r.ok) return Response.json({}, { status: 502 }); return Response.json(r.json());",
    "const r = fetch(\"https://a.com/\"); if (r.status !== 200) return Response.text(\"\", { status: 502 }); return Response.json({});",
    "const r = fetch(\"https://a.com/\"); if (r.status >= 400) return Response.text(\"\", { status: 502 }); return Response.json({});",
    "return fetch(\"https://a.com/\");",
    "const r = fetch(\"https://a.com/\"); return r;",
    "const r = JSON.tryParse(req.body); return match (r) { when { ok: true }: Response.json({}) default: Response.json({}, { status: 400 }) };",
    "return Response.json(JSON.parse(req.body));",
    "const go = (q) => { const r = JSON.tryParse(q.body); if (!r.ok) return Response.json({}, { status: 400 }); return Response.json(r.value); }; return go(req);",
    "const found = routerMatch({ \"GET /a\": (q) => fetch(\"https://a.com/\") }, req); if (!found) return Response.json({}, { status: 404 }); return found.handler(req);",
    "const bad = (m) => Response.json({ m }, { status: 400 }); const r = JSON.tryParse(req.body); if (!r.ok) return bad(\"x\"); return Response.json({});",
  ]) func covered(body: String) throws { try expect(.faultCovered, true, of: handler(body)) }

  @Test(arguments: [
    "const r = JSON.tryParse(req.body); return Response.json(r);",
    "const r = JSON.tryParse(req.body); if (r.status >= 400) return Response.json({}, { status: 400 }); return Response.json({});",
    "const r = JSON.tryParse(req.body); if (!r.ok) return Response.json({ error: 1 }); return Response.json(r.value);",
    "const r = JSON.tryParse(req.body); if (!r.ok) return Response.json({}, { status: Number(req.query.s) }); return Response.json({});",
    "const r = JSON.tryParse(req.body); return r.ok ? Response.json(r.value) : Response.json({});",
    "const r = JSON.tryParse(req.body); if (!r.ok) { logInfo(\"bad\"); } return Response.json({});",
    "fetch(\"https://a.com/\"); return Response.json({});",
    "return Response.json(fetch(\"https://a.com/\").body);",
    "const r = fetch(\"https://a.com/\"); if (r.status >= 600) return Response.text(\"\", { status: 502 }); return Response.json({});",
    "const r = fetch(\"https://a.com/\"); const s = fetch(\"https://b.com/\"); if (!r.ok) return Response.json({}, { status: 502 }); return Response.json({});",
    "const r = fetch(\"https://a.com/\"); const s = fetch(\"https://b.com/\"); if (!r.ok) return s; return r;",
    "const bad = (s) => Response.json({}, { status: s ?? 200 }); const r = JSON.tryParse(req.body); if (!r.ok) return bad(req.query.s); return Response.json({});",
    "const load = () => { const r = fetch(\"https://a.com/\"); return r.ok ? r.text() : undefined; }; return Response.json({ a: load() });",
    "const check = () => { const r = JSON.tryParse(req.body); if (!r.ok) return Response.json({}, { status: 400 }); return undefined; }; check(); return Response.json({});",
    "const get = () => fetch(\"https://a.com/\"); const r = get(); return Response.json({});",
    "const get = () => { const r = fetch(\"https://a.com/\"); return r; }; get(); return Response.json({});",
    "let r = fetch(\"https://a.com/\"); if (!r.ok) { r = fetch(\"https://b.com/\"); } return Response.json({});",
  ]) func uncovered(body: String) throws { try expect(.faultCovered, false, of: handler(body)) }
}
