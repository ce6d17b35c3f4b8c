import Contracts
import Testing

@Suite struct EnvTests {
  @Test(arguments: [
    ("return Response.json(env(\"A\"));", ["A"]),
    ("const n = \"A\"; return Response.json(env(n));", ["A"]),
    ("return Response.json(env(\"A\" + \"_B\"));", ["A_B"]),
    ("const p = \"A\"; return Response.json(env(`${p}_B`));", ["A_B"]),
    (
      "const names = { a: \"A\", b: \"B\" }; return Response.json([env(names.a), env(names.b)]);",
      ["A", "B"]
    ),
    (
      "const get = (name) => env(name); return Response.json([get(\"A\"), get(\"B\")]);",
      ["A", "B"]
    ),
    (
      "const get = (name, fallback = \"x\") => env(name) ?? fallback; return Response.json(get(\"A\"));",
      ["A"]
    ),
    ("const read = env; return Response.json(read(\"A\"));", ["A"]),
    ("const all = { read: env }; return Response.json(all.read(\"A\"));", ["A"]),
    ("return Response.json([\"A\", \"B\"].map((n) => env(n)));", ["A", "B"]),
    (
      "if (req.path === \"/never\") return Response.json(env(\"A\")); return Response.json({});",
      ["A"]
    ),
  ]) func literalNames(body: String, names: [String]) throws {
    let env = try prove(handler(body)).contract.env
    #expect(env.literal == names)
    #expect(!env.dynamic)
  }

  @Test(arguments: [
    "return Response.json(env(req.query.name));",
    "return Response.json(env(`A_${req.query.name}`));",
    "let n = \"A\"; n = req.query.n; return Response.json(env(n));",
    "return Response.json(env(\"a\".toUpperCase()));",
    "const names = { a: \"A\" }; return Response.json(env(names[req.query.n] ?? req.body));",
    "const names = JSON.parse(\"[1]\"); return Response.json(env(names[0]));",
  ]) func dynamicNames(body: String) throws {
    let contract = try prove(handler(body)).contract
    #expect(contract.env.dynamic)
    #expect(contract.proofLevel == .partial)
  }

  @Test func constantsComeFromOtherFiles() throws {
    let proof = try prove(
      handler("return Response.json(env(NAME));", before: "import { NAME } from \"./names\";"),
      files: ["names.ts": "const prefix = \"APP\";\nexport const NAME = `${prefix}_NAME`;\n"])
    #expect(proof.contract.env.literal == ["APP_NAME"])
    #expect(!proof.contract.env.dynamic)
  }

  @Test func deadCodeReadsNothing() throws {
    let before = "const a = () => env(\"A\"); const b = () => a();"
    let env = try prove(handler("return Response.json({});", before: before)).contract.env
    #expect(env == Contract.Env())
    let used = try prove(handler("return Response.json(b());", before: before)).contract.env
    #expect(used.literal == ["A"])
  }

  @Test(arguments: [
    "return Response.json(env(\"A\") ?? \"x\");",
    "return Response.json(env(\"A\") || \"x\");",
    "return Response.json(env(\"A\")?.length ?? 0);",
    "const a = env(\"A\"); if (a === undefined) return Response.json({}, { status: 500 }); return Response.json(a);",
    "const a = env(\"A\"); if (!a) return Response.json({}, { status: 500 }); return Response.json(a);",
    "const a = env(\"A\"); return a ? Response.json(a) : Response.json({});",
    "const a = env(\"A\"); return Response.json(a && a.length);",
    "const c = { a: env(\"A\") }; return Response.json(c.a ?? 1);",
    "const c = { a: env(\"A\") }; if (!c.a) return Response.json({}, { status: 500 }); return Response.text(c.a);",
    "const f = (v) => v ?? \"x\"; return Response.json(f(env(\"A\")));",
    "const f = () => env(\"A\"); return Response.json(f() ?? \"x\");",
    "const { a = \"x\" } = { a: env(\"A\") }; return Response.json(a);",
    "const a = env(\"A\"); return Response.json({ has: a !== undefined });",
    "env(\"A\"); return Response.json({});",
    "const a = env(\"A\"); assert a, \"no A\"; return Response.json(a);",
    "let a = env(\"A\"); a ??= \"x\"; return Response.json({});",
    "const { a } = { a: env(\"A\") }; return a === undefined ? Response.json({}) : Response.json(a);",
  ]) func notRequired(body: String) throws {
    let env = try prove(handler(body)).contract.env
    #expect(env.literal == ["A"])
    #expect(env.required == [], "\(body)")
  }

  @Test(arguments: [
    "return Response.json({ a: env(\"A\") });",
    "return Response.text(`a ${env(\"A\")}`);",
    "return Response.text(\"a\" + env(\"A\"));",
    "return Response.json(env(\"A\").length);",
    "const a = env(\"A\"); return Response.json(a);",
    "const a = env(\"A\"); logInfo(a); if (!a) return Response.json({}); return Response.json({});",
    "const a = env(\"A\"); if (req.body) { if (!a) return Response.json({}); } return Response.json(a);",
    "const f = (v) => v.length; return Response.json(f(env(\"A\")));",
    "const c = { deep: { a: env(\"A\") } }; return Response.json(c);",
    "const f = () => env(\"A\"); return Response.json(f());",
    "fetch(\"https://a.com/\", { headers: { authorization: env(\"A\") } }); return Response.json({});",
    "cacheSet(\"n\", \"k\", env(\"A\")); return Response.json({});",
    "const a = env(\"A\"); const b = env(\"B\") ?? \"\"; if (!b) return Response.json({}); return Response.json(a);",
  ]) func required(body: String) throws {
    let env = try prove(handler(body)).contract.env
    #expect(env.required == ["A"], "\(body)")
  }

  @Test func aModuleConstantMayBeTestedByItsUser() throws {
    let before = "const KEY = env(\"A\");\nconst use = () => Response.text(KEY);"
    let tested = "if (!KEY) return Response.json({}, { status: 500 }); return use();"
    #expect(try prove(handler(tested, before: before)).contract.env.required == [])
    #expect(try prove(handler("return use();", before: before)).contract.env.required == ["A"])
  }

  @Test func secretsAreToldByName() throws {
    let body =
      "return Response.json([env(\"DB_PASSWORD\") === \"\", env(\"PORT\"), env(\"API_KEY\") === \"\"]);"
    #expect(try prove(handler(body)).contract.env.secret == ["API_KEY", "DB_PASSWORD"])
  }
}
