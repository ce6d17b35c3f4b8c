/// What arbitrary programs do besides passing values on. `@` is a text, `#` a number that nothing
/// else has; each gives a text `v#`. `used(x)` is told when it gets nothing, `noted(r)` when `r` has
/// failed.
enum Templates {
  /// Questions that may go either way.
  static let conditions: [String] = [
    "@ === \"a\"", "@.length > 14", "req.method === \"GET\"", "env(\"MODE\") === \"a\"",
    "@.includes(\"q\")", "req.query.a", "@ > \"m\"", "!@", "env(\"NEVER\") === undefined",
    "@.length % 2 === 0", "req.body === undefined", "[1, 2].includes(@.length)",
    "@.startsWith(\"w\")",
    "req.headers.accept", "(@ && req.query.b)", "(req.query.z || @.length > 20)",
    "req.path === \"/b\"",
  ]

  /// Calls that give a Result.
  static let results: [String] = [
    "noted(JSON.tryParse(req.body ?? \"\"))", "noted(JSON.tryParse(@))",
    "JSON.tryParse(req.body ?? \"\")",
    "noted(jwtVerify(req.headers[\"x-token\"] ?? \"\", \"k\"))", "noted(rateCheck(\"k\", 60, 2))",
    "((t) => noted(JSON.tryParse(t)))(req.query.a ?? \"\")",
    "noted(JSON.tryParse(`[${@.length}]`))",
  ]

  /// What is done with one; `R` is the call, `B` an answer for when it has failed. Some look before
  /// they use it, some do not.
  static let resultUses: [String] = [
    "const r# = R; const v# = r#.ok ? JSON.stringify(used(r#.value)) : \"bad\";",
    "const r# = R; let v# = \"\"; if (r#.isOk()) { v# = JSON.stringify(used(r#.value)); }",
    "const r# = R; const v# = JSON.stringify((r#.ok && used(r#.value)) || \"bad\");",
    "const r# = R; const v# = match (r#) { when { ok: true, value: x }: JSON.stringify(used(x)) default: \"bad\" };",
    "const r# = R; const o# = r#; const v# = o#.isErr() ? \"bad\" : JSON.stringify(used(o#.value));",
    "const r# = R; const v# = JSON.stringify(used(r#.value) ?? 1);",
    "const r# = R; const { value: w# } = r#; const v# = JSON.stringify(used(w#) ?? 1);",
    "const r# = R; const s# = R; const v# = r#.ok ? JSON.stringify(used(s#.value) ?? 1) : \"bad\";",
    "const r# = R; const v# = r#.ok || env(\"MODE\") === \"a\" ? JSON.stringify(used(r#.value) ?? 1) : \"bad\";",
    "const r# = R; const k# = r#.ok; let v# = \"\"; if (k#) { v# = JSON.stringify(used(r#.value)); }",
    "const v# = JSON.stringify([R, R].map((r) => r.ok ? used(r.value) : 0));",
    "const v# = JSON.stringify([R, R].filter((r) => r.ok).map((r) => used(r.value) ?? 1));",
    "const r# = R; const g# = (r) => r.ok ? used(r.value) : null; const v# = JSON.stringify(g#(r#));",
    "let r# = R; const k# = r#.ok; r# = R; const v# = k# ? JSON.stringify(used(r#.value) ?? 1) : \"bad\";",
    "const r# = R; const v# = r#.ok ? JSON.stringify(r#.unwrap()) : String(r#.ok);",
    "const r# = R; const v# = JSON.stringify(r#.unwrap());",
    "const r# = R; assert r#.ok; const v# = JSON.stringify(used(r#.value));",
    "const h# = { r: R }; const v# = h#.r.ok ? JSON.stringify(used(h#.r.value)) : \"bad\";",
    "const h# = { r: R }; let v# = \"\"; if (h#.r.ok) { h#.r = R; v# = JSON.stringify(used(h#.r.value) ?? 1); }",
    "const r# = R; let v# = \"\"; if (!r#.ok) { v# = \"bad\"; } else { v# = JSON.stringify(used(r#.value)); }",
    "const r# = R; const { ok: k#, value: w# } = r#; const v# = k# ? JSON.stringify(used(w#) ?? 1) : \"bad\";",
    "let v# = \"\"; for (const r of [R, R]) { if (!r.ok) continue; v# += JSON.stringify(used(r.value)); }",
    "let v# = \"\"; let l#; for (const i of range(2)) { const r = R; if (r.ok) l# = r; } v# = l# ? JSON.stringify(used(l#.value)) : \"\";",
    "const c# = (r) => { if (!r.ok) return false; return true; }; const r# = R; const v# = c#(r#) ? JSON.stringify(used(r#.value)) : \"bad\";",
  ]

  /// The same, where a failure may be answered at once.
  static let resultGates: [String] = [
    "const r# = R; if (!r#.ok) B const v# = JSON.stringify(used(r#.value));",
    "const r# = R; if (r#.isErr()) { B } const v# = JSON.stringify(used(r#.value));",
    "const r# = R; if (!r#.ok && env(\"MODE\") === \"a\") B const v# = JSON.stringify(used(r#.value) ?? 1);",
    "const r# = R; const s# = R; if (!r#.ok || !s#.ok) B const v# = JSON.stringify([used(r#.value), used(s#.value)]);",
    "const r# = R; const s# = R; if (!r#.ok && !s#.ok) B const v# = JSON.stringify([used(r#.value) ?? 1, used(s#.value) ?? 1]);",
    "const r# = R; const f# = !r#.ok; if (f#) B const v# = JSON.stringify(used(r#.value));",
    "const r# = R; switch (r#.ok) { case false: B default: } const v# = JSON.stringify(used(r#.value));",
  ]

  /// Answers to a failure; some of them say that all went well.
  static let bads: [String] = [
    "return Response.json({ error: 1 }, { status: 400 });",
    "return Response.text(\"bad\", { status: 502 });",
    "return Response.text(\"bad\");", "return Response.redirect(\"/x\");",
    "return Response.json({ error: 1 }, { status: env(\"MODE\") === \"a\" ? 400 : 200 });",
    "return { status: 500 };",
  ]

  /// Calls of another service.
  static let fetches: [String] = [
    "const f# = F; const v# = f#.ok ? f#.text() : \"\";", "const v# = F.text();",
    "const f# = F; const v# = JSON.stringify(f#.json() ?? 1);",
    "const f# = F; const v# = String(f#.status);",
    "const v# = [F, F].map((f) => f.ok ? f.text() : \"bad\").join(\"\");",
    "const f# = F; const v# = f#.status === 599 ? \"none\" : f#.text();",
  ]

  /// The same, where a failure may be answered at once.
  static let fetchGates: [String] = [
    "const f# = F; if (!f#.ok) B const v# = f#.text();",
    "const f# = F; if (f#.status === 599) B const v# = f#.text();",
    "const f# = F; if (!f#.ok) { logInfo(\"bad\"); } const v# = f#.text();",
    "const f# = F; if (!f#.ok) return f#; const v# = f#.text();",
    "const f# = F; if (@ === \"a\") return f#; const v# = \"a\";",
    "const f# = F; const g# = F; if (!f#.ok || !g#.ok) B const v# = f#.text() + g#.text();",
    "const f# = F; if (f#.status >= 400) B const v# = f#.text();",
    "const f# = F; if (f#.status === 200) return Response.text(\"fine\"); const v# = \"\";",
  ]

  /// The calls themselves.
  static let calls: [String] = [
    "fetch(\"https://a.example/p\")", "fetch(`https://a.example/p?n=${1}`)",
    "fetch(\"https://b.example/\", { method: \"POST\", body: \"x\" })",
    "((u) => fetch(u))(\"https://a.example/q\")", "fetchSync(\"https://a.example/p\")",
    "fetch(\"https://a.example/p\", { method: \"PUT\", body: \"x\" })",
  ]

  /// Constants of the module level, `KEPT`.
  static let kept = "{ n: 0, list: [1, 2], map: { a: \"x\" }, make: () => ({ n: 1 }) }"

  /// What is done with one; some change it.
  static let keptUses: [String] = [
    "const c# = { ...KEPT }; c#.n = 1; const v# = String(c#.n);",
    "const l# = KEPT.list.slice(); l#.push(1); const v# = l#.join(\"\");",
    "const v# = KEPT.list.map((x) => x + 1).join(\"\");",
    "const v# = KEPT.list.toSorted().join(\"\");",
    "const l# = [...KEPT.list]; l#.sort(); const v# = l#.join(\"\");",
    "const d# = JSON.parse(JSON.stringify(KEPT)); d#.list.push(2); const v# = JSON.stringify(d#);",
    "const m# = KEPT.make(); m#.n = 2; const v# = String(m#.n);",
    "const v# = KEPT.map[@] ?? \"none\";",
    "const o# = Object.assign({}, KEPT); o#.n = 3; const v# = String(o#.n);",
    "KEPT.n += 1; const v# = String(KEPT.n);",
    "const c# = { ...KEPT }; c#.list.push(1); const v# = String(c#.list.length);",
    "const t# = env(\"MODE\") === \"a\" ? KEPT : { n: 0 }; t#.n = 1; const v# = \"t\";",
    "const s# = (o) => { o.n = 5; }; s#(@ === \"zz\" ? KEPT : { n: 1 }); const v# = \"s\";",
    "const { list: [a#], map: m# } = KEPT; const v# = String(a#) + m#.a;",
    "let n# = KEPT.n; n# += 1; const v# = String(n#);",
    "const g# = [KEPT, { n: 1 }].map((o) => ({ ...o })); g#[0].n = 4; const v# = String(g#[0].n);",
    "const g# = [KEPT, { n: 1 }].filter((o) => o.n > 0); g#[0].n = 4; const v# = \"g\";",
    "const q# = KEPT.list.concat([3]); q#[0] = 9; const v# = q#.join(\"\");",
    "const w# = { a: KEPT.map }; w#.b = 1; const v# = \"w\";",
    "const w# = { a: KEPT.map }; w#.a.b = 1; const v# = \"w\";",
  ]

  /// A read, and a write where it found nothing.
  static let fills: [String] = [
    "const c# = cacheGet(\"fill\", \"k\"); if (c# === undefined) { cacheSet(\"fill\", \"k\", @, 60); } const v# = c# ?? \"none\";",
    "let v# = cacheGet(\"fill\", \"k\"); if (v# === undefined) { v# = @; cacheSet(\"fill\", \"k\", v#, 60); }",
    "const c# = cacheGet(\"fill\", \"k\") ?? \"0\"; cacheSet(\"fill\", \"k\", c# + \"1\", 60); const v# = c#;",
    "const c# = cacheGet(\"fill\", \"a\"); if (c# === undefined) { cacheSet(\"fill\", \"b\", \"1\", 60); cacheSet(\"fill\", \"a\", \"1\", 60); } const v# = \"f\";",
    "if (cacheGet(\"fill\", \"k\") === \"1\") { cacheDelete(\"fill\", \"k\"); } else { cacheSet(\"fill\", \"k\", \"1\"); } const v# = \"f\";",
  ]
}
