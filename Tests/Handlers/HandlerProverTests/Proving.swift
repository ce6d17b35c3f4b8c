import Contracts
import Encodings
import HandlerLanguage
import HandlerProver
import Testing

/// The proof of a program given as text; fails the test when the program does not load.
func prove(
  _ source: String, files: [String: String] = [:], entry: String = "handler.ts",
  secrets: [ByteName: Bool] = [:], tsx: Bool = false, explains: Bool = false,
  at location: SourceLocation = #_sourceLocation
) throws -> Proof {
  var all = files
  let entry = tsx ? "handler.tsx" : entry
  all[entry] = source
  let loaded = Program.load(entry: entry) { path in all[path].map { Array($0.utf8) } }
  let program = try #require(
    loaded.program, "\(loaded.diagnostics.map(\.description).joined(separator: "\n"))",
    sourceLocation: location)
  return Prover.prove(
    program, handlerPath: entry, secretOverrides: secrets, explains: explains)
}

/// The body of a handler with the imports that tests use; `req` is its parameter.
func handler(_ body: String, before: String = "") -> String {
  """
  import { env } from "zigttp:env";
  import { routerMatch } from "zigttp:router";
  import { cacheGet, cacheSet, cacheDelete, cacheIncr, cacheStats } from "zigttp:cache";
  import { sha256, hmacSha256, base64Encode, base64Decode } from "zigttp:crypto";
  import { fetch } from "zigttp:fetch";
  import { logInfo, logError } from "zigttp:log";
  import { escapeHtml, unescapeHtml, mask, slugify, truncate } from "zigttp:text";
  import { urlDecode, urlEncode, urlParse, urlSearchParams } from "zigttp:url";
  import { addSeconds, formatHttp, formatIso, parseIso } from "zigttp:time";
  import { uuid } from "zigttp:id";
  import { cors, negotiate, parseContentType, parseCookies, setCookie } from "zigttp:http";
  import { guard, pipe } from "zigttp:compose";
  \(before)
  export function handler(req) {
    \(body)
  }
  """
}

extension Proof {
  /// Whether a property was shown.
  func holds(_ property: Property) -> Bool { contract.properties[property] == true }
  /// `source -> sink` of every witness of a property.
  func losses(_ property: Property) -> [String] {
    witnesses.filter { $0.property == property }
      .map { $0.steps.map(\.what).joined(separator: " -> ") }
  }
  /// `METHOD /path` of every route.
  var routes: [String] { contract.api.routes.map { "\($0.method) \($0.path)" }.sorted() }
}

/// Expects a property to be shown, or not, for a handler.
func expect(
  _ property: Property, _ holds: Bool, of source: String,
  at location: SourceLocation = #_sourceLocation
) throws {
  let proof = try prove(source, at: location)
  #expect(
    proof.holds(property) == holds, "\(property) \(proof.losses(property))\n\(source)",
    sourceLocation: location)
}

/// A suite about the functions of a module, whose handlers are given by their bodies.
protocol ModuleProofs {
  /// What stands in front of each handler.
  static var imports: String { get }
  /// What stands beside it, by path.
  static var files: [String: String] { get }
}

extension ModuleProofs {
  static var files: [String: String] { [:] }

  /// What is proven of a handler with such a body.
  func proof(_ body: String, at location: SourceLocation = #_sourceLocation) throws -> Proof {
    try prove(handler(body, before: Self.imports), files: Self.files, at: location)
  }

  /// Expects a property to be shown, or not, for a handler with such a body.
  func expect(
    _ property: Property, _ holds: Bool, _ body: String,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let proof = try proof(body, at: location)
    #expect(
      proof.holds(property) == holds, "\(property) \(proof.losses(property))\n\(body)",
      sourceLocation: location)
  }
}
