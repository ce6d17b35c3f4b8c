import Contracts
import HandlerLanguage
import HandlerProver
import Testing

/// The steps that a witness shows between its source and its sink.
@Suite struct WitnessStepTests {
  /// `LINE:COLUMN WHAT` of each step of each witness of a property; other files are named.
  private func ways(
    _ property: Property, _ source: String, files: [String: String] = [:]
  ) throws -> [[String]] {
    try prove(source, files: files, explains: true).witnesses.filter { $0.property == property }
      .map { witness in
        witness.steps.map { step in
          let file = step.path == "handler.ts" ? "" : "\(step.path):"
          return "\(file)\(step.line):\(step.column) \(step.what)"
        }
      }
  }

  @Test func aHelperIsPassedThrough() throws {
    let source = """
      import { env } from "zigttp:env";

      const key = env("API_KEY");

      const wrap = (v) => ({ v });
      export function handler(req) {
        return Response.json(wrap(key));
      }
      """
    let found = try ways(.noSecretLeakage, source)
    #expect(
      found == [
        [
          "3:13 secret API_KEY", "7:24 passed to wrap", "5:21 returned by wrap", "7:10 response",
        ]
      ])
  }

  @Test func itIsFollowedThroughNamesObjectsAndBuiltInCalls() throws {
    let source = """
      import { env } from "zigttp:env";
      export function handler(req) {
        const key = env("API_KEY") ?? "";
        const short = key.slice(1);
        const out = {};
        out.list = [short];
        const text = JSON.stringify(out);
        return Response.text(text);
      }
      """
    let found = try ways(.noSecretLeakage, source)
    #expect(
      found == [
        [
          "3:15 secret API_KEY", "4:17 through key.slice", "6:3 put into out",
          "7:16 through JSON.stringify", "8:10 response",
        ]
      ])
  }

  @Test func aTableOfAnotherRequestIsPassedThrough() throws {
    let source = """
      import { env } from "zigttp:env";
      import { sql, sqlExec, sqlMany } from "zigttp:sql";
      sql("other", "INSERT INTO others (text) VALUES (:text)");
      sql("note", "INSERT INTO notes (text) VALUES (:text)");
      sql("notes", "SELECT text FROM notes");
      export function handler(req) {
        if (req.method === "POST") {
          sqlExec("other", { text: "a" });
          const text = env("API_KEY");
          sqlExec("note", { text });
          return Response.text("kept");
        }
        const rows = sqlMany("notes");
        return Response.json(rows);
      }
      """
    let schema = "CREATE TABLE notes (text TEXT); CREATE TABLE others (text TEXT);"
    let found = try ways(.noSecretLeakage, source, files: ["schema.sql": schema])
    #expect(
      found.contains([
        "9:18 secret API_KEY", "10:5 written by sqlExec", "13:16 read by sqlMany", "14:10 response",
      ]), "\(found)")
  }

  @Test func whereAFunctionGivesTheDataTheCallOfItIsNamed() throws {
    let source = """
      import { env } from "zigttp:env";
      const key = () => env("API_KEY");
      export function handler(req) {
        return Response.json({
          key: key() });
      }
      """
    #expect(
      try ways(.noSecretLeakage, source) == [
        ["2:19 secret API_KEY", "5:10 returned by key", "4:10 response"]
      ])
  }

  @Test func aCallbackIsFollowed() throws {
    let source = """
      import { env } from "zigttp:env";
      export function handler(req) {
        const keys = [env("API_KEY")];
        const shown = keys.map((key) =>
          `key: ${key}`);
        return Response.json(shown);
      }
      """
    let found = try ways(.noSecretLeakage, source)
    #expect(
      found == [
        [
          "3:17 secret API_KEY", "4:17 passed to keys.map", "5:5 returned by a function",
          "6:10 response",
        ]
      ])
  }

  @Test func twoFlowsThroughOneHelperAreKeptApart() throws {
    let source = """
      import { env } from "zigttp:env";
      const answer = (v) => Response.json({ v });
      export function handler(req) {
        if (req.path === "/a") return answer(env("A_TOKEN"));
        return answer(env("B_TOKEN"));
      }
      """
    let found = try ways(.noSecretLeakage, source)
    #expect(
      found == [
        ["4:40 secret A_TOKEN", "4:33 passed to answer", "2:23 response"],
        ["5:17 secret B_TOKEN", "5:10 passed to answer", "2:23 response"],
      ])
  }

  @Test func anotherFileIsNamed() throws {
    let source = """
      import { show } from "./lib";
      export const handler = (req) => show(req.headers.cookie);
      """
    let lib = """
      import { logInfo } from "zigttp:log";
      export const show = (cookie) => {
        logInfo(cookie);
        return Response.json({});
      };
      """
    let found = try ways(.noCredentialLeakage, source, files: ["lib.ts": lib])
    #expect(
      found == [
        ["2:38 credential cookie", "2:33 passed to show", "lib.ts:3:3 log"]
      ])
  }

  @Test func theCacheIsAWay() throws {
    let source = """
      import { env } from "zigttp:env";
      import { cacheGet, cacheSet } from "zigttp:cache";
      export function handler(req) {
        const kept = cacheGet("keys", "k");
        cacheSet("keys", "k", env("API_KEY") ?? "", 60);
        cacheSet("other", "k", "v", 60);
        return Response.text(kept ?? "");
      }
      """
    #expect(
      try ways(.noSecretLeakage, source).contains([
        "5:25 secret API_KEY", "5:3 written by cacheSet", "4:16 read by cacheGet",
        "7:10 response",
      ]))
  }

  @Test func whatDecidesIsNamed() throws {
    let source = """
      export function handler(req) {
        const n = Math.random();
        const isLucky = n > 0.5;
        if (isLucky) return Response.text("yes");
        return Response.text("no");
      }
      """
    let found = try ways(.deterministic, source)
    #expect(
      found == [
        [
          "2:13 Math.random differs from run to run", "3:9 kept in isLucky",
          "4:7 decides what is done", "4:23 response",
        ],
        [
          "2:13 Math.random differs from run to run", "3:9 kept in isLucky",
          "4:7 decides what is done", "5:10 response",
        ],
      ])
  }

  @Test func oneFlowIsOneWitness() throws {
    let source = """
      export function handler(req) {
        return Response.redirect(req.query.to);
      }
      """
    #expect(
      try ways(.injectionSafe, source) == [["2:28 unvalidated req.query", "2:10 location header"]])
  }

  @Test func theRequestAsAWholeIsThereWhereItIsUsed() throws {
    let source = """
      import { logInfo } from "zigttp:log";
      export function handler(req) {
        const seen = {
          req };
        logInfo("seen", seen);
        return Response.json({});
      }
      """
    let ways = try ways(.noCredentialLeakage, source)
    #expect(ways == [["4:5 credential headers", "3:9 kept in seen", "5:3 log"]])
  }

  @Test func withoutBeingAskedItHasItsTwoEndsOnly() throws {
    let source = handler(
      "const a = env(\"API_TOKEN\"); const b = String(a); return Response.json(b);")
    #expect(try prove(source).losses(.noSecretLeakage) == ["secret API_TOKEN -> response"])
    let explained = try prove(source, explains: true)
    #expect(
      explained.losses(.noSecretLeakage) == ["secret API_TOKEN -> through String -> response"])
    #expect(try explained.contract == prove(source).contract)
  }
}
