import Foundation
import Testing

/// Every document of the commands about proofs and keys is as its JSON Schema says.
@Suite struct DocumentTests {
  private func check(_ result: Command.Result, _ name: String) throws {
    let document = try Workspace.json(result)
    #expect(document["schema"] as? String == "https://zigttp.dev/schema/\(name)-v1.json")
    #expect(result.output.hasPrefix("{\"schema\":"))
    let path = Programs.checkout + "/schema/json/\(name)-v1.schema.json"
    let schema = try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(fileURLWithPath: path)))
    let problems = SchemaCheck.problems(document, try #require(schema as? [String: Any]), "")
    #expect(problems.isEmpty, "\(name): \(problems)")
  }

  @Test func ofALedger() throws {
    let project = try TamperingTests.deployed()
    try check(project.zigttp("proofs", "verify", "--json"), "proofs-verify")
    try check(project.zigttp("proofs", "receipt", "--json"), "proofs-receipt")
    try check(project.zigttp("proofs", "seal", "--json"), "proofs-seal")
    try check(project.zigttp("proofs", "origin", "--json"), "proofs-origin")
    try check(project.zigttp("key", "show", "--json"), "key-show")
    let consistency = try project.zigttp("proofs", "consistency", "1", ".zigttp/checkpoint")
    try check(consistency, "proofs-consistency")
    try project.write("proof", consistency.output)
    try check(project.zigttp("proofs", "verify", "proof", "--json"), "proofs-verify-consistency")
    try project.write("receipt", try project.zigttp("proofs", "receipt").output)
    try check(project.zigttp("proofs", "verify", "receipt", "--json"), "proofs-verify-receipt")
    let key = try project.zigttp("key", "show").lines[0]
    try check(project.zigttp("key", "trust", key, "--json"), "key-trust")
    let keys = project.home + "/.zigttp/keys"
    let name = try FileManager.default.contentsOfDirectory(atPath: keys)[0]
    try check(project.zigttp("key", "import", keys + "/" + name, "--json"), "key-import")

    let rows = try project.ledger()
    try project.write(
      ".zigttp/proofs.jsonl", (rows + [rows[0], "{no row"]).map { $0 + "\n" }.joined())
    try check(project.zigttp("proofs", "verify", "--json"), "proofs-verify")
    try check(project.zigttp("proofs", "seal", "--json"), "proofs-seal")
    let origin = try project.zigttp("proofs", "origin").lines[0]
    try check(project.zigttp("proofs", "forget", origin, "--json"), "proofs-forget")
  }
}

/// The part of JSON Schema that ours use.
private enum SchemaCheck {
  static func problems(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
    var found: [String] = []
    if let wanted = schema["const"] as? String, value as? String != wanted {
      found.append("\(path): not \(wanted)")
    }
    if let wanted = schema["enum"] as? [String], !wanted.contains(value as? String ?? "") {
      found.append("\(path): \(value) is none of \(wanted)")
    }
    switch schema["type"] as? String {
    case "object": found += object(value, schema, path)
    case "array":
      let items = schema["items"] as? [String: Any] ?? [:]
      guard let values = value as? [Any] else { return found + ["\(path): no array"] }
      for (index, item) in values.enumerated() {
        found += problems(item, items, "\(path)/\(index)")
      }
    case "string":
      guard let text = value as? String else { return found + ["\(path): no string"] }
      if let pattern = schema["pattern"] as? String,
        text.range(of: pattern, options: .regularExpression) == nil
      {
        found.append("\(path): \(text) is not like \(pattern)")
      }
    case "integer":
      guard let number = value as? Int else { return found + ["\(path): no integer"] }
      if let least = schema["minimum"] as? Int, number < least {
        found.append("\(path): \(number) is below \(least)")
      }
    case "boolean": if !(value is Bool) { found.append("\(path): no boolean") }
    default: break
    }
    return found
  }

  private static func object(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
    guard let members = value as? [String: Any] else { return ["\(path): no object"] }
    let known = schema["properties"] as? [String: [String: Any]] ?? [:]
    var found = (schema["required"] as? [String] ?? []).filter { members[$0] == nil }
      .map { "\(path): lacks \($0)" }
    for (key, member) in members {
      if let schema = known[key] {
        found += problems(member, schema, "\(path)/\(key)")
      } else {
        found.append("\(path): has \(key)")
      }
    }
    return found
  }
}
