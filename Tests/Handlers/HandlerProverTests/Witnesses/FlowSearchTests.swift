import Contracts
import HandlerLanguage
import Testing

@testable import HandlerProver

/// Whether a way is found between the two ends of every flow.
@Suite struct FlowSearchTests {
  private static let schema = """
    CREATE TABLE notes (text TEXT);
    CREATE TABLE log (what TEXT);
    CREATE TRIGGER noted AFTER INSERT ON notes BEGIN INSERT INTO log VALUES (NEW.text); END;
    """
  private static let statements = """
    import { sql, sqlOne, sqlMany, sqlExec } from "zigttp:sql";
    sql("note", "INSERT INTO notes (text) VALUES (:text)");
    sql("notes", "SELECT text FROM notes");
    sql("logged", "SELECT what FROM log");
    """

  /// The flows of secrets and credentials between whose ends no way is found.
  private func lostWays(_ source: String) throws -> (lost: [String], all: Int) {
    let loaded = Program.load(entry: "handler.tsx") { path in
      ["handler.tsx": source, "schema.sql": Self.schema][path].map { Array($0.utf8) }
    }
    let program = try #require(loaded.program, "\(loaded.diagnostics)")
    let evaluator = Evaluator(program: program, secretOverrides: [:])
    evaluator.trace = Trace()
    let findings = evaluator.run()
    let search = try #require(FlowSearch(evaluator, findings))
    let seen = Seen(findings: findings, sources: evaluator.sources)
    let ways = NoSecretLeakage.losses(seen).union(NoCredentialLeakage.losses(seen))
    let lost = ways.filter { way in
      way[0].label.flatMap { search.way(of: $0, to: way[1].position) } == nil
    }
    return (
      lost.map { $0.map { "\($0.what) \($0.position)" }.joined(separator: " -> ") }, ways.count
    )
  }

  @Test(arguments: leaks.map(\.name)) func aSecretIsFollowedAllTheWay(name: String) throws {
    let leak = try #require(leaks.first { $0.name == name })
    let before = "const TOKEN = env(\"API_TOKEN\") ?? \"\";\n\(leak.before)"
    let (lost, all) = try lostWays(handler(leak.body, before: before))
    #expect(all > 0)
    #expect(lost == [])
  }

  @Test(arguments: leaks.map(\.name)) func aCredentialIsFollowedAllTheWay(name: String) throws {
    let leak = try #require(leaks.first { $0.name == name })
    guard !leak.before.contains("TOKEN") else { return }
    let body = "const TOKEN = req.headers.authorization ?? \"\";\n\(leak.body)"
    let (lost, all) = try lostWays(handler(body, before: leak.before))
    #expect(all > 0)
    #expect(lost == [])
  }

  @Test(arguments: [
    "return Response.json(req);",
    "return Response.json(Object.values(req.headers));",
    "const { authorization } = req.headers; return Response.json(authorization);",
    "const { headers: { cookie } } = req; return Response.json(cookie);",
    "for (const [k, v] of Object.entries(req.headers)) logInfo(v); return Response.json({});",
    "const f = ({ cookie }) => Response.text(cookie ?? \"\"); return f(req.headers);",
    "const Card = ({ t }) => <b>{t}</b>; return Response.html(renderToString(<Card t={env(\"A_TOKEN\")} />));",
    "cacheSet(\"a\", \"k\", env(\"A_TOKEN\") ?? \"\", 5); return Response.text(cacheGet(\"a\", \"k\") ?? \"\");",
    "sqlExec(\"note\", { text: env(\"A_TOKEN\") }); return Response.json(sqlOne(\"notes\"));",
    "const p = { text: env(\"A_TOKEN\") }; sqlExec(\"note\", p); return Response.json(sqlMany(\"logged\"));",
    "sqlExec(req.query.a, { a: env(\"A_TOKEN\") }); return Response.json(sqlMany(req.query.b).length);",
    "const all = new_(); all.list.push({ t: env(\"A_TOKEN\") }); return Response.json(all);",
    "req.user = env(\"A_TOKEN\"); return pipe(guard((r) => undefined), (r) => Response.json(r.user))(req);",
    "const jobs = [() => env(\"A_TOKEN\")]; return Response.json(jobs.map((job) => job()));",
  ]) func soIsEveryOtherWay(body: String) throws {
    let (lost, all) = try lostWays(
      handler(body, before: "\(Self.statements)\nconst new_ = () => ({ list: [] });"))
    #expect(all > 0)
    #expect(lost == [])
  }
}
