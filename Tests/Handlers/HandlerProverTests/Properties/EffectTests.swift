import Contracts
import Testing

@Suite struct ReadOnlyTests {
  @Test(arguments: [
    "return Response.json({ ok: true });",
    "return Response.json({ a: env(\"A\"), b: cacheGet(\"n\", \"k\"), c: cacheStats() });",
    "return Response.json(fetch(\"https://a.com/\").status);",
    "return Response.json(fetch(\"https://a.com/\", { method: \"HEAD\" }).status);",
    "return Response.json(fetch(\"https://a.com/\", { method: \"get\", headers: {} }).status);",
    "if (false) { logInfo(\"x\"); } return Response.json({ id: uuid() });",
    "return Response.json({}); cacheSet(\"n\", \"k\", \"v\");",
  ]) func reads(body: String) throws { try expect(.readOnly, true, of: handler(body)) }

  @Test(arguments: [
    "cacheSet(\"n\", \"k\", \"v\"); return Response.json({});",
    "if (req.body) cacheDelete(\"n\", \"k\"); return Response.json({});",
    "return Response.json(cacheIncr(\"n\", \"k\"));",
    "return Response.json(fetch(\"https://a.com/\", { method: \"POST\" }).status);",
    "return Response.json(fetch(\"https://a.com/\", { method: req.method }).status);",
    "const options = { method: \"GET\" }; options.method = \"PUT\"; return Response.json(fetch(\"https://a.com/\", options).status);",
    "const options = { ...req.json() }; return Response.json(fetch(\"https://a.com/\", options).status);",
    "const w = [cacheSet][0]; w(\"n\", \"k\", \"v\"); return Response.json({});",
    "[1].forEach((n) => cacheSet(\"n\", \"k\", \"v\")); return Response.json({});",
  ]) func writes(body: String) throws { try expect(.readOnly, false, of: handler(body)) }

  @Test func importsAloneDecideNothing() throws {
    try expect(
      .readOnly, true,
      of: handler(
        "return Response.json({});", before: "const w = () => cacheSet(\"n\", \"k\", \"v\");"))
  }
}

@Suite struct RetrySafeTests {
  @Test(arguments: [
    "return Response.json({ ok: true });",
    "cacheSet(\"n\", req.query.id, req.body); return Response.json({});",
    "cacheSet(\"n\", \"k\", env(\"A\") ?? \"\"); cacheDelete(\"n\", \"j\"); return Response.json({});",
    "if (req.query.x === \"1\") cacheSet(\"n\", \"k\", \"v\"); return Response.json({});",
    "cacheSet(\"n\", \"k\", \"v\"); return Response.json({ had: cacheGet(\"n\", \"k\") });",
    "fetch(\"https://a.com/\", { method: \"PUT\", body: req.body }); return Response.json({});",
    "fetch(\"https://a.com/\", { method: \"DELETE\" }); return Response.json({});",
    // Filling what is missing is done once.
    "const hit = cacheGet(\"n\", req.path); if (hit === undefined) { cacheSet(\"n\", req.path, \"v\"); } return Response.json({});",
    "const k = `k${req.path}`; const hit = cacheGet(\"n\", k); if (hit !== undefined) return Response.text(hit); cacheSet(\"n\", k, \"v\"); return Response.json({});",
    "if (cacheGet(\"n\", \"k\") === undefined) cacheSet(\"n\", \"k\", \"v\"); return Response.json({});",
    // The branch is over before the write.
    "let x = 1; if (cacheGet(\"n\", \"k\")) { x = 2; } cacheSet(\"n\", \"k\", \"v\"); return Response.json(x);",
    "logInfo(\"at\", Date.now()); cacheSet(\"n\", \"k\", \"v\"); return Response.json({ id: uuid() });",
  ]) func canBeSentTwice(body: String) throws {
    let source = handler(body.replacingPath())
    try expect(.retrySafe, true, of: source)
  }

  @Test(arguments: [
    "return Response.json(cacheIncr(\"n\", \"k\"));",
    "cacheSet(\"n\", \"k\", uuid()); return Response.json({});",
    "cacheSet(\"n\", \"k\", String(Date.now())); return Response.json({});",
    "cacheSet(\"n\", uuid(), \"v\"); return Response.json({});",
    "if (Math.random() > 0.5) cacheSet(\"n\", \"k\", \"v\"); return Response.json({});",
    "if (Math.random() > 0.5) return Response.json({}); cacheSet(\"n\", \"k\", \"v\"); return Response.json({});",
    "const n = Number(cacheGet(\"n\", \"k\") ?? \"0\"); cacheSet(\"n\", \"k\", String(n + 1)); return Response.json({});",
    "let v = \"a\"; if (cacheGet(\"n\", \"k\")) { v = \"b\"; } cacheSet(\"n\", \"k\", v); return Response.json({});",
    "if (cacheGet(\"n\", \"k\")) return Response.json({}); cacheSet(\"n\", \"k\", \"v\"); return Response.json({});",
    "const v = cacheGet(\"n\", \"k\") ? \"a\" : \"b\"; cacheSet(\"n\", \"k\", v); return Response.json({});",
    "const hit = cacheGet(\"n\", \"a\"); if (hit === undefined) cacheSet(\"n\", \"b\", \"v\"); return Response.json({});",
    "const hit = cacheGet(\"m\", \"a\"); if (hit === undefined) cacheSet(\"n\", \"a\", \"v\"); return Response.json({});",
    "const hit = cacheGet(\"n\", \"a\"); if (hit !== undefined) cacheSet(\"n\", \"a\", hit + \"x\"); return Response.json({});",
    "fetch(\"https://a.com/\", { method: \"POST\" }); return Response.json({});",
    "const r = fetch(\"https://a.com/\"); if (r.ok) cacheSet(\"n\", \"k\", \"v\"); return Response.json({});",
    "const r = fetch(\"https://a.com/\"); cacheSet(\"n\", \"k\", r.text()); return Response.json({});",
    "const f = (go) => { if (go) cacheSet(\"n\", \"k\", \"v\"); }; f(Math.random() > 0.5); return Response.json({});",
    "const f = () => cacheSet(\"n\", \"k\", \"v\"); if (Math.random() > 0.5) f(); return Response.json({});",
    "for (const x of (cacheGet(\"n\", \"k\") ?? \"\").split(\",\")) cacheSet(\"n\", \"j\", \"v\"); return Response.json({});",
    "(cacheGet(\"n\", \"k\") ?? \"\").split(\",\").forEach((x) => cacheSet(\"n\", \"j\", \"v\")); return Response.json({});",
    "const fill = (k, v) => { const hit = cacheGet(\"n\", k); if (hit === undefined) { cacheSet(\"n\", k, v); } return hit; }; const a = fill(\"x\", \"1\"); fill(\"y\", a ?? \"z\"); return Response.json({});",
    "let f = () => 1; if (cacheGet(\"n\", \"k\")) { f = () => cacheSet(\"n\", \"j\", \"v\"); } f(); return Response.json({});",
    "const l = []; if (cacheGet(\"n\", \"k\")) { l.push(1); } for (const x of l) { cacheSet(\"n\", \"j\", \"v\"); } return Response.json({});",
    "const o = {}; if (cacheGet(\"n\", \"k\")) { o.x = 1; } Object.keys(o).forEach((k) => cacheSet(\"n\", \"j\", \"v\")); return Response.json({});",
    "const check = () => { assert cacheGet(\"n\", \"k\"); return 1; }; check(); cacheSet(\"n\", \"j\", \"v\"); return Response.json({});",
    "assert cacheGet(\"n\", \"k\"); cacheSet(\"n\", \"j\", \"v\"); return Response.json({});",
    "Math.random() > 0.5 && cacheSet(\"n\", \"j\", \"v\"); return Response.json({});",
    "match (cacheGet(\"n\", \"k\")) { when \"a\": cacheSet(\"n\", \"j\", \"v\") default: 1 }; return Response.json({});",
    "switch (cacheGet(\"n\", \"k\")) { case \"a\": cacheSet(\"n\", \"j\", \"v\"); break; } return Response.json({});",
  ]) func cannotBeSentTwice(body: String) throws {
    try expect(.retrySafe, false, of: handler(body))
  }
}

extension String {
  /// A constant key may be compared with itself, a field may have changed between.
  fileprivate func replacingPath() -> String {
    contains("cacheGet(\"n\", req.path)")
      ? "const path = req.path; " + replacing("n\", req.path", with: "n\", path") : self
  }
}

@Suite struct DeterministicTests {
  @Test(arguments: [
    "return Response.json({ ok: true });",
    "return Response.json({ body: req.body, had: cacheGet(\"n\", \"k\") });",
    "return Response.json({ count: cacheIncr(\"n\", \"k\") });",
    "logInfo(\"at\", { at: Date.now(), id: uuid() }); return Response.json({});",
    "const t = Date.now(); const f = (x) => x; f(t); return Response.json({ x: f(1) });",
    "fetch(\"https://a.com/\"); return Response.json({});",
    "let n = 1; if (Math.random() > 0.5) { n = 2; } logInfo(String(n)); return Response.json({});",
  ]) func isDeterministic(body: String) throws {
    try expect(.deterministic, true, of: handler(body))
  }

  @Test(arguments: [
    "return Response.json({ at: Date.now() });",
    "return Response.json({ id: uuid() });",
    "return Response.json({ r: Math.random() > 0.5 });",
    "return Math.random() > 0.5 ? Response.json({ a: 1 }) : Response.json({ a: 2 });",
    "if (Math.random() > 0.5) return Response.json({ a: 1 }); return Response.json({ a: 2 });",
    "let n = 1; if (Math.random() > 0.5) { n = 2; } return Response.json(n);",
    "const o = {}; if (Math.random() > 0.5) { o.x = 1; } return Response.json(o);",
    "const a = []; if (Math.random() > 0.5) { a.push(1); } return Response.json(a);",
    "const a = [1]; if (Math.random() > 0.5) { a.pop(); } return Response.json(a);",
    "return fetch(\"https://a.com/\");",
    "const r = fetch(\"https://a.com/\"); return Response.json({ ok: r.ok });",
    "const r = fetch(\"https://a.com/\"); if (!r.ok) return Response.json({}, { status: 502 }); return Response.json({});",
    "return Response.json({}, { status: Date.now() % 2 === 0 ? 200 : 201 });",
    "return Response.json({}, { headers: { date: String(Date.now()) } });",
    "cacheSet(\"n\", \"k\", uuid()); return Response.json({});",
    "assert Math.random() > 0.5; return Response.json({});",
    "JSON.parse(fetch(\"https://a.com/\").body); return Response.json({});",
    "return Response.json([3, 1].sort((a, b) => Math.random() - 0.5));",
    "return Response.json([3, 1].filter((a) => Math.random() > 0.5).length);",
    "let n = 0; for (const x of String(Date.now()).split(\"0\")) { n += 1; } return Response.json(n);",
    "const pick = (a) => { if (Math.random() > a) return 1; return 2; }; return Response.json(pick(0.5));",
    "let n = 0; for (const x of [1, 2, 3]) { n += 1; if (Math.random() > 0.5) break; } return Response.json(n);",
    "const o = {}; if (Math.random() > 0.5) { o.x = 1; } return Response.json(Object.keys(o));",
    "const o = {}; if (Math.random() > 0.5) { o.x = 1; } return Response.json(\"x\" in o);",
    "const x = Math.random() > 0.5 && 1; return Response.json({ x });",
    "return Response.json(match (Math.random() > 0.5) { when true: 1 default: 2 });",
  ]) func isNot(body: String) throws {
    try expect(.deterministic, false, of: handler(body))
  }

  @Test func idempotentIsBoth() throws {
    try expect(
      .idempotent, true, of: handler("cacheSet(\"n\", \"k\", \"v\"); return Response.json({});"))
    try expect(.idempotent, false, of: handler("return Response.json({ at: Date.now() });"))
    try expect(.idempotent, false, of: handler("return Response.json(cacheIncr(\"n\", \"k\"));"))
  }
}

@Suite struct StateIsolatedTests {
  @Test(arguments: [
    ("const routes = { a: 1 };", "return Response.json(routes.a);"),
    ("const list = [3, 1];", "return Response.json(list.toSorted());"),
    (
      "const list = [3, 1];",
      "const mine = [...list]; mine.push(1); mine.sort(); return Response.json(mine);"
    ),
    ("const base = { a: 1 };", "const mine = { ...base }; mine.a = 2; return Response.json(mine);"),
    (
      "const make = () => { let n = 0; return () => { n += 1; return n; }; };",
      "const next = make(); next(); return Response.json(next());"
    ),
    (
      "const add = (list, x) => { list.push(x); return list; };",
      "return Response.json(add([], 1));"
    ),
    ("const built = []; built.push(1);", "return Response.json(built);"),
    (
      "const add = (list, x) => { list.push(x); return list; }; const ready = add([], 1);",
      "return Response.json(add([], ready.length));"
    ),
    ("", "req.params = { a: 1 }; req.user = 1; return Response.json(req.params);"),
    ("", "const r = Response.json({}); r.headers.set(\"x-a\", \"1\"); return r;"),
  ]) func keepsToItself(before: String, body: String) throws {
    try expect(.stateIsolated, true, of: handler(body, before: before))
  }

  @Test(arguments: [
    ("const state = { n: 0 };", "state.n += 1; return Response.json(state.n);"),
    ("const state = { n: 0 };", "const alias = state; alias.n = 1; return Response.json({});"),
    (
      "const state = { inner: { n: 0 } };",
      "const { inner } = state; inner.n = 1; return Response.json({});"
    ),
    (
      "const state = { inner: { n: 0 } };",
      "const copy = { ...state }; copy.inner.n = 1; return Response.json({});"
    ),
    ("const list = [];", "list.push(1); return Response.json(list);"),
    ("const list = [3, 1];", "return Response.json(list.sort());"),
    ("const list = [];", "list[0] = 1; return Response.json(list);"),
    ("const list = []; const add = (l) => l.push(1);", "add(list); return Response.json({});"),
    ("const state = {};", "Object.assign(state, { a: 1 }); return Response.json({});"),
    (
      "const make = () => { let n = 0; return () => { n += 1; return n; }; }; const next = make();",
      "return Response.json(next());"
    ),
    (
      "const make = () => { const kept = []; return (x) => { kept.push(x); return kept; }; }; const keep = make();",
      "return Response.json(keep(1));"
    ),
    ("const ready = Response.json({});", "ready.headers.set(\"x-a\", \"1\"); return ready;"),
    (
      "const table = { a: { n: 0 } };",
      "const entry = table[req.path]; if (entry) { entry.n = 1; } return Response.json({});"
    ),
    ("const items = [{ n: 0 }];", "items.forEach((i) => { i.n = 1; }); return Response.json({});"),
    ("const items = [{ n: 0 }];", "for (const i of items) { i.n = 1; } return Response.json({});"),
    (
      "const items = [{ n: 0 }];",
      "items.map((i) => i).filter((i) => true)[0].n = 1; return Response.json({});"
    ),
    (
      "const state = { n: 0 };",
      "const m = req.body ? state : {}; m.n = 1; return Response.json({});"
    ),
  ]) func changesWhatOthersSee(before: String, body: String) throws {
    try expect(.stateIsolated, false, of: handler(body, before: before))
  }
}
