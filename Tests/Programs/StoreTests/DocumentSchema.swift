import Foundation

/// Holds a JSON document against one of the schemas in `schema/json`: as much of JSON Schema as
/// they use.
enum DocumentSchema {
  /// What is wrong with a document, empty where nothing is.
  static func problems(_ document: Any, _ name: String) throws -> [String] {
    let path = Programs.checkout + "/schema/json/\(name).schema.json"
    let schema = try JSONSerialization.jsonObject(with: Data(contentsOf: .init(filePath: path)))
    return check(document, schema as? [String: Any] ?? [:], "$")
  }

  private static func check(_ value: Any, _ schema: [String: Any], _ place: String) -> [String] {
    var problems: [String] = []
    if let constant = schema["const"] as? String, value as? String != constant {
      problems.append("\(place) is not \(constant)")
    }
    if let words = schema["enum"] as? [String], !words.contains(value as? String ?? "") {
      problems.append("\(place) is \(value), none of \(words)")
    }
    if let type = schema["type"] as? String, !isOf(type, value) {
      problems.append("\(place) is no \(type)")
    }
    if let pattern = schema["pattern"] as? String,
      (value as? String)?.range(of: pattern, options: .regularExpression) == nil
    {
      problems.append("\(place) does not match \(pattern)")
    }
    if let least = schema["minimum"] as? Int, let number = value as? Int, number < least {
      problems.append("\(place) is \(number)")
    }
    if let object = value as? [String: Any] {
      let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
      for name in schema["required"] as? [String] ?? [] where object[name] == nil {
        problems.append("\(place) lacks \(name)")
      }
      for (name, member) in object {
        if let inner = properties[name] {
          problems += check(member, inner, "\(place).\(name)")
        } else if schema["additionalProperties"] as? Bool == false {
          problems.append("\(place) has \(name)")
        }
      }
    }
    if let array = value as? [Any], let items = schema["items"] as? [String: Any] {
      for (index, item) in array.enumerated() {
        problems += check(item, items, "\(place)[\(index)]")
      }
    }
    return problems
  }

  private static func isOf(_ type: String, _ value: Any) -> Bool {
    switch type {
    case "object": value is [String: Any]
    case "array": value is [Any]
    case "string": value is String
    case "boolean": value is Bool
    case "integer": value is Int
    default: false
    }
  }
}
