import Contracts
import Digests
import Foundation
import JSON
import Ledger
import OCIImage
import Schemas
import Testing

/// What is written is what the JSON Schemas in `schema/json` describe.
@Suite struct SchemaTests {
  private func schema(_ name: String) throws -> JSONValue {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("schema/json/\(name).schema.json")
    return try JSONReader.lenient(Array(Data(contentsOf: path)))
  }

  private func problems(_ value: JSONValue, _ name: String) throws -> [String] {
    let schema = try schema(name)
    return SchemaChecker(root: schema).problems(value, schema, "")
  }

  private var contract: Contract {
    var contract = Contract(handlerPath: "src/handler.ts")
    contract.env.literal = ["A"]
    contract.egress.credentials = [.init(source: "A", header: "x", host: "a.com")]
    contract.sql.queries = [.init(name: "q", operation: "select", statement: "s", tables: ["t"])]
    contract.api.routes = [.init(method: "GET", path: "/a/*", pathParams: ["splat"])]
    contract.proofLevel = .complete
    return contract
  }

  @Test func contractsFitTheirSchema() throws {
    #expect(try problems(contract.document, "contract-v1") == [])
    #expect(try problems(Contract(handlerPath: "h").document, "contract-v1") == [])
    var given = contract
    given.imported = try ImportedContract(document: [
      "version": 12, "aot": .null, "scope": ["used": true],
    ])
    #expect(try problems(given.document, "contract-v1") == [])
    let row = LedgerRow(
      ts: 1, kind: .check, handlerPath: "h", serviceName: nil, facts: given.facts)
    #expect(try problems(JSONReader.strict(row.bytes), "ledger-line-v1") == [])
    var object = try #require(contract.document.objectValue)
    object["env"] = nil
    object["extra"] = 1
    object["version"] = 2
    #expect(try problems(.object(object), "contract-v1").count == 3)
  }

  @Test func ledgerLinesFitTheirSchema() throws {
    let full = LedgerRow(
      ts: 1, kind: .deploy, handlerPath: "h", serviceName: "orders", facts: contract.facts,
      provenance: Provenance(sources: .sha256(of: "s"), prover: "1"), target: "local",
      record: .sha256(of: "r"), image: .sha256(of: "i"), binary: .sha256(of: "b"))
    let small = LedgerRow(
      ts: 1, kind: .check, handlerPath: "h", serviceName: nil, facts: Facts(contractSha: ""))
    for row in [full, small] {
      #expect(try problems(JSONReader.strict(row.bytes), "ledger-line-v1") == [])
    }
    var object = try #require(try JSONReader.strict(full.bytes).objectValue)
    object["kind"] = "moon"
    object["record"] = "sha256:xyz"
    object["serviceName"] = "-a"
    object["ts"] = "now"
    object["image"] = "latest"
    #expect(try problems(.object(object), "ledger-line-v1").count == 5)
  }

  @Test func deployConfigsFitTheirSchema() throws {
    var config = DeployConfig()
    #expect(try problems(JSONReader.strict(config.bytes), "deploy-config-v1") == [])
    config.allowedLeaks = ["l"]
    config.binary = .sha256(of: "b")
    config.envNames = ["A"]
    (config.gitRevision, config.plan, config.proverVersion) = ("g", "p", "1")
    (config.provider, config.region, config.scope) = ("p", "r", "s")
    (config.service, config.sourceURL, config.target) = ("s", "https://x", "local")
    (config.sourceDate, config.gitDirty, config.imported) = (5, true, true)
    let document = try JSONReader.strict(config.bytes)
    #expect(try problems(document, "deploy-config-v1") == [])
    let keys = try #require(try schema("deploy-config-v1")["properties"]?.objectValue?.keys)
    #expect(document.objectValue?.keys.sorted() == keys.sorted())
  }

  @Test func theSQLIsThatOfTheFolder() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("schema/graph.sql")
    #expect(try String(contentsOf: path, encoding: .utf8) == Schemas.graph)
  }
}

/// As much of JSON Schema 2020-12 as these schemas use; an unknown keyword is a problem.
private struct SchemaChecker {
  let root: JSONValue
  private static let ignored: Set<String> = ["$schema", "$id", "$defs", "title", "description"]

  func problems(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> [String] {
    (schema.objectValue?.members ?? []).flatMap { keyword -> [String] in
      let rule = keyword.value
      switch keyword.key {
      case "$ref": return reference(rule).flatMap { problems(value, $0, path) }
      case "type": return fits(value, rule.stringValue) ? [] : ["\(path): type"]
      case "const": return value == rule ? [] : ["\(path): const"]
      case "enum": return rule.arrayValue?.contains(value) == true ? [] : ["\(path): enum"]
      case "pattern":
        guard let text = value.stringValue, let pattern = rule.stringValue else { return [] }
        let found = text.range(of: pattern, options: .regularExpression)
        return found == nil ? ["\(path): pattern"] : []
      case "minLength": return value.stringValue?.isEmpty == true ? ["\(path): minLength"] : []
      case "minimum":
        return (value.integerValue ?? 0) < (rule.integerValue ?? 0) ? ["\(path): minimum"] : []
      case "maximum":
        return (value.integerValue ?? 0) > (rule.integerValue ?? 0) ? ["\(path): maximum"] : []
      case "items":
        return (value.arrayValue ?? []).flatMap { problems($0, rule, path + "[]") }
      case "uniqueItems":
        let items = value.arrayValue ?? []
        return Set(items).count == items.count ? [] : ["\(path): uniqueItems"]
      case "required":
        return (rule.stringArray ?? []).filter { value[$0] == nil }.map {
          "\(path).\($0): required"
        }
      case "properties": return members(value, rule, path)
      case "additionalProperties":
        let known = Set(schema["properties"]?.objectValue?.keys ?? [])
        return (value.objectValue?.keys ?? []).filter { !known.contains($0) }
          .map { "\(path).\($0): additional" }
      default: return Self.ignored.contains(keyword.key) ? [] : ["unknown keyword \(keyword.key)"]
      }
    }
  }

  private func members(_ value: JSONValue, _ rules: JSONValue, _ path: String) -> [String] {
    (rules.objectValue?.members ?? []).flatMap { member in
      value[member.key].map { problems($0, member.value, "\(path).\(member.key)") } ?? []
    }
  }

  private func reference(_ rule: JSONValue) -> [JSONValue] {
    let name = rule.stringValue?.split(separator: "/").last.map(String.init) ?? ""
    return root["$defs"]?[name].map { [$0] } ?? []
  }

  private func fits(_ value: JSONValue, _ type: String?) -> Bool {
    switch (type, value) {
    case ("object", .object), ("array", .array), ("string", .string), ("integer", .integer),
      ("boolean", .bool):
      true
    default: false
    }
  }
}
