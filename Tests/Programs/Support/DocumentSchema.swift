import Foundation
import Testing

/// Holds a printed document against its file in `schema/json`: as much of JSON Schema as those files
/// use; an unknown keyword is a problem.
struct DocumentSchema {
  private let root: [String: Any]
  private static let ignored: Set<String> = ["$schema", "$id", "$defs", "title", "description"]

  /// What in a printed document does not fit, `[]` when everything does.
  static func problems(_ result: Command.Result, _ name: String) throws -> [String] {
    #expect(result.output.hasPrefix(#"{"schema":"https://zigttp.dev/schema/\#(name).json""#))
    return try problems(try Workspace.json(result), name)
  }

  /// What in a document does not fit, `[]` when everything does.
  static func problems(_ document: [String: Any], _ name: String) throws -> [String] {
    let path = "\(Programs.checkout)/schema/json/\(name).schema.json"
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    return DocumentSchema(root: root).problems(document, root, "")
  }

  private func problems(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
    schema.flatMap { keyword, rule -> [String] in
      switch keyword {
      case "$ref":
        let name = (rule as? String)?.split(separator: "/").last.map(String.init) ?? ""
        let found = (root["$defs"] as? [String: Any])?[name] as? [String: Any]
        return found.map { problems(value, $0, path) } ?? ["\(path): no \(name)"]
      case "anyOf":
        let choices = rule as? [[String: Any]] ?? []
        return choices.contains { problems(value, $0, path).isEmpty } ? [] : ["\(path): anyOf"]
      case "oneOf":
        let choices = rule as? [[String: Any]] ?? []
        return choices.count { problems(value, $0, path).isEmpty } == 1 ? [] : ["\(path): oneOf"]
      case "type":
        let types = rule as? [String] ?? [rule as? String ?? ""]
        return types.contains { fits(value, $0) } ? [] : ["\(path): type"]
      case "uniqueItems":
        let items = (value as? [Any] ?? []).map { "\($0)" }
        return Set(items).count == items.count ? [] : ["\(path): uniqueItems"]
      case "const": return "\(value)" == "\(rule)" ? [] : ["\(path): const"]
      case "enum":
        let choices = rule as? [String] ?? []
        return choices.contains("\(value)") ? [] : ["\(path): enum"]
      case "pattern":
        guard let text = value as? String, let pattern = rule as? String else { return [] }
        return text.range(of: pattern, options: .regularExpression) == nil
          ? ["\(path): pattern"] : []
      case "minimum":
        guard let number = value as? NSNumber, let least = rule as? NSNumber else { return [] }
        return number.doubleValue < least.doubleValue ? ["\(path): minimum"] : []
      case "minItems":
        let least = (rule as? NSNumber)?.intValue ?? 0
        return (value as? [Any]).map { $0.count < least } == true ? ["\(path): minItems"] : []
      case "items":
        let rule = rule as? [String: Any] ?? [:]
        return (value as? [Any] ?? []).flatMap { problems($0, rule, path + "[]") }
      case "required":
        let object = value as? [String: Any] ?? [:]
        return (rule as? [String] ?? []).filter { object[$0] == nil }
          .map { "\(path).\($0): required" }
      case "properties":
        let rules = rule as? [String: [String: Any]] ?? [:]
        return (value as? [String: Any] ?? [:]).flatMap { key, value in
          rules[key].map { problems(value, $0, "\(path).\(key)") } ?? []
        }
      case "additionalProperties":
        let known = Set((schema["properties"] as? [String: Any] ?? [:]).keys)
        return (value as? [String: Any] ?? [:]).keys.filter { !known.contains($0) }
          .map { "\(path).\($0): additional" }
      default: return Self.ignored.contains(keyword) ? [] : ["unknown keyword \(keyword)"]
      }
    }
  }

  private func fits(_ value: Any, _ type: String?) -> Bool {
    switch type {
    case "object": value is [String: Any]
    case "array": value is [Any]
    case "string": value is String
    case "integer": (value as? NSNumber).map { $0.doubleValue == $0.doubleValue.rounded() } ?? false
    case "number", "boolean": value is NSNumber
    case "null": value is NSNull
    default: false
    }
  }
}
